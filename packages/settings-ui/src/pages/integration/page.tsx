/** One integration: how it is and why, its credentials, permissions, webhook, limits, activity, and what uses it. */
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, useLocation } from "wouter";
import { Refusal } from "../../api/client.ts";
import { type Catalog, catalog, connection, type Detail, type Vendor } from "../../api/queries.ts";
import { Back } from "../../parts/back.tsx";
import { LinesGhost, PageGhost } from "../../parts/ghost.tsx";
import { GrantNote } from "../../parts/grant-note.tsx";
import { Logo } from "../../parts/logo.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import { CATEGORY, type Status } from "../../words.ts";
import NotFound from "../not-found.tsx";
import { Overview, Planned } from "./overview.tsx";
import { Permissions } from "./permissions.tsx";
import { useGrant } from "./use-grant.ts";
import { useReturn } from "./use-return.ts";

const Calendar = lazy(async () => ({ default: (await import("./calendar.tsx")).Calendar }));
const Calls = lazy(async () => ({ default: (await import("./calls.tsx")).Calls }));
const Webhook = lazy(async () => ({ default: (await import("./webhook.tsx")).Webhook }));

const toAll = <Back href="/integrations">All integrations</Back>;

export default function Integration({ vendor: id, tab }: { readonly vendor: string; readonly tab: string }) {
  const { data: detail, error, refetch } = useQuery(connection(id));
  const { data: known, error: unknown, refetch: again } = useQuery(catalog);
  const vendor = known?.vendors.find((one) => one.id === id);
  const planned = known?.planned.find((one) => one.id === id);
  if (planned) return <OnRoadmap vendor={planned} />;
  if (error instanceof Refusal && error.status === 404) return <NotFound />;
  if ((error && !detail) || (unknown && !known))
    return <LoadFailed error={error ?? unknown} again={() => Promise.all([refetch(), again()])} />;
  if (!detail || !known) return <PageGhost />;
  if (!vendor) return <NotFound />;
  return <Loaded vendor={vendor} detail={detail} tab={tab} />;
}

/** Nothing to configure yet; whoever follows a link to it is told so. */
const OnRoadmap = ({ vendor: { id, name, category, powers } }: { readonly vendor: Catalog["planned"][number] }) => (
  <Page
    title={name}
    lead={`${CATEGORY[category]} · ${powers}`}
    mark={<Logo vendor={id} size={56} />}
    beside={<StatusBadge status="planned" />}
    above={toAll}
  >
    <Planned name={name} />
  </Page>
);

function Loaded({ vendor, detail, tab }: { readonly vendor: Vendor; readonly detail: Detail; readonly tab: string }) {
  const [, open] = useLocation();
  const back = useReturn();
  const { go, problem } = useGrant(vendor.id);
  const status: Status = detail.status;
  const lacking = status === "not_connected" || status === "planned" ? 0 : detail.permissions.filter(({ held }) => !held).length;
  const tabs = [
    { id: "overview", label: "Overview", body: <Overview vendor={vendor} detail={detail} /> },
    ...(vendor.category === "calendar"
      ? [{ id: "calendar", label: "Jobs on it", body: <Calendar vendor={vendor} detail={detail} /> }]
      : []),
    ...(detail.permissions.length > 0
      ? [
          {
            id: "permissions",
            label: lacking > 0 ? `Permissions (${lacking} lacking)` : "Permissions",
            body: <Permissions vendor={vendor} detail={detail} />,
          },
        ]
      : []),
    ...(detail.webhook ? [{ id: "webhook", label: "Webhook", body: <Webhook vendor={vendor} webhook={detail.webhook} /> }] : []),
    { id: "activity", label: "Activity", body: <Calls vendor={vendor} /> },
  ];
  if (back !== null) return <Redirect to={back} replace />;
  const shown = tabs.some(({ id }) => id === tab) ? tab : "overview";
  return (
    <Page
      title={vendor.name}
      lead={
        <>
          {CATEGORY[vendor.category]} · {vendor.powers}
        </>
      }
      mark={<Logo vendor={vendor.id} size={56} />}
      beside={<StatusBadge status={status} />}
      above={toAll}
    >
      <GrantNote name={vendor.name} scopes={vendor.scopes} onReplace={() => go({ replace: true })} />
      {problem && <ProblemNote problem={problem} vendor={vendor.name} />}
      <Tabs
        value={shown}
        keepMounted={false}
        onChange={(value) =>
          open(`/integrations/${vendor.id}${value === null || value === "overview" ? "" : `/${value}`}`, { replace: true })
        }
      >
        <Tabs.List mb="xl">
          {tabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ id, body }) => (
          <Tabs.Panel key={id} value={id}>
            <Suspense fallback={<LinesGhost lines={6} />}>{body}</Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
