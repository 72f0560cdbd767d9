import { EmptyState, Table } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "wouter";
import type { RunRow } from "../../api/runs.ts";
import { Ago } from "../../parts/ago.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Tag } from "../../parts/status.tsx";
import { RUN_STATE } from "../../words-workflow.ts";
import activity from "../activity/activity.module.css";
import leads from "../leads/leads.module.css";

interface RunsTableProps {
  /** Undefined: still on their way. */
  readonly runs: readonly RunRow[] | undefined;
  readonly withLead?: boolean;
  /** They are work in the background. */
  readonly work?: boolean;
}

/** Runs, a line each. On a phone each becomes a few lines. */
export function RunsTable({ runs, withLead = true, work = false }: RunsTableProps) {
  if (!runs)
    return (
      <div className={activity["ghost"]}>
        <LinesGhost lines={6} />
      </div>
    );
  if (runs.length === 0)
    return (
      <EmptyState
        py={48}
        icon={<IconPlayerPlay stroke={1.5} />}
        title={work ? "No work" : "No runs"}
        description={
          work
            ? "What an agent begins that takes minutes appears here, such as publishing a video."
            : "A run appears here each time a workflow starts."
        }
      />
    );
  return (
    <Table className={activity["table"] ?? ""} verticalSpacing="sm" horizontalSpacing="lg">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{work ? "What" : "Workflow"}</Table.Th>
          {withLead && <Table.Th>Lead</Table.Th>}
          <Table.Th>State</Table.Th>
          <Table.Th>Started</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Row key={run.id} run={run} withLead={withLead} work={work} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({
  run: { id, name, lead, state, reason, started_at, wakes_at },
  withLead,
  work,
}: {
  readonly run: RunRow;
  readonly withLead: boolean;
  readonly work: boolean;
}) {
  const { label, tone } = RUN_STATE[state];
  return (
    <Table.Tr data-run={id} data-state={state}>
      <Table.Td data-label={work ? "What" : "Workflow"}>
        <Link href={`/runs/${id}`} className={leads["name"] ?? ""}>
          {name}
        </Link>
      </Table.Td>
      {withLead && (
        <Table.Td data-label="Lead">
          {lead === null ? (
            "–"
          ) : (
            <Link href={`/leads/${lead.id}`} className={leads["name"] ?? ""}>
              {lead.name ?? "Someone"}
            </Link>
          )}
        </Table.Td>
      )}
      <Table.Td data-label="State">
        <Tag tone={tone}>{label}</Tag>
        {reason && <div className={activity["kind"]}>{reason}</div>}
        {state === "waiting" && wakes_at !== null && (
          <div className={activity["kind"]}>
            Goes on <Ago at={wakes_at} />
          </div>
        )}
      </Table.Td>
      <Table.Td data-label="Started" className={activity["when"] ?? ""}>
        <Ago at={started_at} />
      </Table.Td>
    </Table.Tr>
  );
}
