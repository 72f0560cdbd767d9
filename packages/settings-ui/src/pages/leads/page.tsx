/** The people the contractor hears from: those heard of last first. */
import { Button, EmptyState, Menu, Table, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown, IconFileSpreadsheet, IconPlus, IconRefresh, IconSearch, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { calledBy, type Lead, leads } from "../../api/leads.ts";
import { catalog } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import activity from "../activity/activity.module.css";
import { ImportCsv } from "./import.tsx";
import { LeadForm } from "./lead-form.tsx";
import look from "./leads.module.css";

type Asked = "new" | "csv" | "crm";
const CrmFetch = lazy(() => import("./fetch-dialog.tsx"));

export default function Leads() {
  const mayChange = useMayChange();
  const [, go] = useLocation();
  const [asked, ask] = useState<Asked | null>(null);
  const [search, setSearch] = useSearchParams();
  const typed = search.get("query") ?? "";
  const [query] = useDebouncedValue(typed.trim(), 250);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(leads(query));
  const found = data?.pages.flatMap((page) => page.leads);
  return (
    <Page
      title="Leads"
      lead="People you heard from through your integrations, and what happened with each."
      actions={mayChange && <Actions ask={ask} />}
    >
      <search className={activity["filters"]}>
        <TextInput
          type="search"
          label="Search"
          placeholder="Name, phone or email"
          maxLength={100}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={typed}
          onChange={({ currentTarget: { value } }) => setSearch(value === "" ? {} : { query: value }, { replace: true })}
        />
      </search>
      <Card flush>
        {error && !data && <LoadFailed error={error} again={refetch} />}
        {!data && !error && (
          <div className={activity["ghost"]}>
            <LinesGhost lines={6} />
          </div>
        )}
        {found?.length === 0 && (
          <EmptyState
            py={48}
            icon={<IconUsers stroke={1.5} />}
            title={query === "" ? "No leads yet" : "Nobody fits"}
            description={
              query === ""
                ? "Whoever texts, calls, or fills in a form becomes a lead by itself, once the integration’s webhook is set up."
                : "Try part of a name, a phone number or an email address."
            }
          />
        )}
        {found && found.length > 0 && (
          <Table className={activity["table"] ?? ""} verticalSpacing="sm" horizontalSpacing="lg">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Reached by</Table.Th>
                <Table.Th>Came through</Table.Th>
                <Table.Th>Last heard of</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((lead) => (
                <Row key={lead.id} lead={lead} />
              ))}
            </Table.Tbody>
          </Table>
        )}
        {hasNextPage && (
          <div className={activity["more"]}>
            <Button variant="default" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
              Show more leads
            </Button>
          </div>
        )}
      </Card>
      {asked === "new" && <LeadForm lead={null} onClose={() => ask(null)} onSaved={(id) => go(`/leads/${id}`)} />}
      {asked === "csv" && <ImportCsv onClose={() => ask(null)} />}
      {asked === "crm" && (
        <Suspense fallback={null}>
          <CrmFetch onClose={() => ask(null)} />
        </Suspense>
      )}
    </Page>
  );
}

const Actions = ({ ask }: { readonly ask: (what: Asked) => void }) => (
  <>
    <Menu position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={15} aria-hidden="true" />}>
          Import
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileSpreadsheet size={16} aria-hidden="true" />} onClick={() => ask("csv")}>
          From a CSV file
        </Menu.Item>
        <Menu.Item leftSection={<IconRefresh size={16} aria-hidden="true" />} onClick={() => ask("crm")}>
          From a CRM
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
    <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => ask("new")}>
      New lead
    </Button>
  </>
);

const THROUGH: Readonly<Record<string, string>> = { import: "A file", demo: "The demo", api: "The API", settings: "By hand" };

function Row({ lead }: { readonly lead: Lead }) {
  const { data: known } = useQuery(catalog);
  const { id, name, phones, emails, source, updated_at } = lead;
  const called = calledBy(lead);
  const reach = [...phones, ...emails].filter((each) => name !== null || each !== called);
  return (
    <Table.Tr data-lead={id}>
      <Table.Td data-label="Name">
        <Link href={`/leads/${id}`} className={look["name"] ?? ""}>
          {called}
        </Link>
      </Table.Td>
      <Table.Td data-label="Reached by" className={reach.length === 0 ? (activity["empty"] ?? "") : ""}>
        <div className={look["reach"]}>
          {reach.map((each) => (
            <span key={each}>{each}</span>
          ))}
        </div>
      </Table.Td>
      <Table.Td data-label="Came through">
        {known?.vendors.find((one) => one.id === source)?.name ?? (source === null ? "–" : (THROUGH[source] ?? source))}
      </Table.Td>
      <Table.Td data-label="Last heard of" className={activity["when"] ?? ""}>
        <Ago at={updated_at} />
      </Table.Td>
    </Table.Tr>
  );
}
