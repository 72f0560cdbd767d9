/** One person, and what happened with them. */
import { Anchor, DataList, EmptyState, Text, Timeline, VisuallyHidden } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { Refusal } from "../../api/client.ts";
import { calledBy, type LeadDetail, lead, type TimelineEntry } from "../../api/leads.ts";
import { catalog } from "../../api/queries.ts";
import { runs } from "../../api/runs.ts";
import { Ago } from "../../parts/ago.tsx";
import { Back } from "../../parts/back.tsx";
import { Card } from "../../parts/card.tsx";
import { PageGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { exact } from "../../time.ts";
import { RunsTable } from "../runs/runs-table.tsx";
import look from "./leads.module.css";
import { Voicemail } from "./voicemail.tsx";

const LeadActions = lazy(async () => ({ default: (await import("./lead-actions.tsx")).LeadActions }));

const toAll = <Back href="/leads">All leads</Back>;

export default function LeadPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(lead(id));
  if (error instanceof Refusal && error.status === 404)
    return (
      <Page title="No such lead" above={toAll}>
        <Card>
          <EmptyState py={32} icon={<IconUsers stroke={1.5} />} title="There is no such lead" description="The address may be wrong." />
        </Card>
      </Page>
    );
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!data) return <PageGhost />;
  return <Person person={data} />;
}

function Person({ person }: { readonly person: LeadDetail }) {
  const { data: known } = useQuery(catalog);
  const vendorName = (id: string | null) => known?.vendors.find((one) => one.id === id)?.name ?? id;
  const mayChange = useMayChange();
  const { data: its } = useInfiniteQuery(runs({ lead: person.id }));
  const { phones, emails, source, external, custom, created_at, timeline, more } = person;
  const facts: readonly (readonly [string, string])[] = [
    ["Phone", phones.join("\n")],
    ["Email", emails.join("\n")],
    ...Object.entries(custom),
    ["First heard of", `${exact(created_at)}${source === null ? "" : `, ${THROUGH[source] ?? `through ${vendorName(source)}`}`}`],
    [
      "Known as",
      Object.entries(external)
        .map(([vendor, theirs]) => `${theirs} in ${vendorName(vendor)}`)
        .join("\n"),
    ],
  ];
  return (
    <Page
      title={calledBy(person)}
      above={toAll}
      actions={
        mayChange && (
          <Suspense fallback={null}>
            <LeadActions lead={person} />
          </Suspense>
        )
      }
    >
      <div className={look["stack"]}>
        <Card title="Contact">
          <DataList orientation="horizontal" labelWidth="132px" gap="sm">
            {facts
              .filter(([, value]) => value !== "")
              .map(([name, value]) => (
                <DataList.Item key={name}>
                  <DataList.ItemLabel>{name}</DataList.ItemLabel>
                  <DataList.ItemValue className={look["value"] ?? ""}>{value}</DataList.ItemValue>
                </DataList.Item>
              ))}
          </DataList>
        </Card>
        {its && (its.pages[0]?.runs.length ?? 0) > 0 && (
          <Card title="Workflows" flush>
            <RunsTable runs={its.pages.flatMap((page) => page.runs)} withLead={false} />
          </Card>
        )}
        <Card title="Timeline" lead="Newest first. Of calls it shows what was said; what was written stays sealed.">
          {timeline.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing yet.
            </Text>
          ) : (
            <Timeline bulletSize={14} lineWidth={2} active={-1} role="list">
              {timeline.map((entry) => (
                <Entry key={entry.id} entry={entry} vendor={vendorName(entry.vendor)} />
              ))}
            </Timeline>
          )}
          {more && (
            <Text size="sm" c="dimmed" mt="lg">
              There is more, from before these.
            </Text>
          )}
        </Card>
      </div>
    </Page>
  );
}

const THROUGH: Readonly<Record<string, string>> = {
  import: "from a file",
  demo: "in the demo",
  api: "through the API",
  settings: "by hand",
};
const ENTRY_STATE = {
  pending: { label: "Under way", tone: "not_connected" },
  success: { label: "Done", tone: "connected" },
  failure: { label: "Failed", tone: "error" },
} as const;

function Entry({
  entry: { at, words, event, type, state, url, run, said, recording_id },
  vendor,
}: {
  readonly entry: TimelineEntry;
  readonly vendor: string | null;
}) {
  return (
    <Timeline.Item title={words} role="listitem" data-entry={type} classNames={{ itemTitle: look["words"] ?? "" }}>
      <div className={look["facts"]}>
        <Ago at={at} />
        {state !== null && <Tag tone={ENTRY_STATE[state].tone}>{ENTRY_STATE[state].label}</Tag>}
        {vendor !== null && <span>{vendor}</span>}
        {url !== null && (
          <Anchor href={url} target="_blank" rel="noopener noreferrer" size="xs">
            Open in {vendor ?? "the CRM"}
            <VisuallyHidden> (opens in a new window)</VisuallyHidden>
          </Anchor>
        )}
        {run !== null && (
          <Anchor component={Link} href={`/runs/${run}`} size="xs">
            Run
          </Anchor>
        )}
        {event !== null && (
          <Anchor component={Link} href={`/events?event=${event}`} size="xs">
            Event
          </Anchor>
        )}
      </div>
      {recording_id !== undefined && <Voicemail recording={recording_id} />}
      {said !== undefined && <blockquote className={look["said"]}>{said}</blockquote>}
    </Timeline.Item>
  );
}
