/** Calls, newest first. On a phone each becomes a few lines instead of a row. */
import { EmptyState, Table } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { saidOf } from "../../api/client.ts";
import { type Call, catalog } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { CallId } from "../../parts/copy.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Quote } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { duration } from "../../time.ts";
import { callState, kindWords } from "../../words.ts";
import look from "./activity.module.css";
import { Actor } from "./actor.tsx";
import { Decide } from "./decide.tsx";

interface CallsTableProps {
  /** Undefined: still on their way. */
  readonly calls: readonly Call[] | undefined;
  readonly withVendor?: boolean;
}

export function CallsTable({ calls, withVendor = true }: CallsTableProps) {
  const { data: known } = useQuery(catalog);
  const name = (id: string | null) => (id === null ? "–" : (known?.vendors.find((one) => one.id === id)?.name ?? id));
  if (!calls)
    return (
      <div className={look["ghost"]}>
        <LinesGhost lines={6} />
      </div>
    );
  if (calls.length === 0)
    return (
      <EmptyState py={48} icon={<IconActivity stroke={1.5} />} title="Nothing yet" description="Calls appear here as agents make them." />
    );
  return (
    <Table className={look["table"] ?? ""} verticalSpacing="sm" horizontalSpacing="lg">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th>Tool</Table.Th>
          {withVendor && <Table.Th>Integration</Table.Th>}
          <Table.Th>Outcome</Table.Th>
          <Table.Th>Took</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {calls.map((call) => (
          <Row key={call.id} call={call} vendor={withVendor ? name(call.vendor) : undefined} quoted={name(call.vendor)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RowProps {
  readonly call: Call;
  readonly vendor: string | undefined;
  readonly quoted: string;
}

function Row({ call, vendor, quoted }: RowProps) {
  const { label, tone } = callState(call.state);
  const said = saidOf(call.vendor_said);
  return (
    <Table.Tr data-call={call.id}>
      <Table.Td data-label="When" className={look["when"] ?? ""}>
        <Ago at={call.started_at} />
      </Table.Td>
      <Table.Td data-label="Who">
        <Actor actor={call.actor} />
      </Table.Td>
      <Table.Td data-label="Tool">
        <code>{call.tool}</code>
        <div className={look["id"]}>
          <CallId id={call.id} short />
        </div>
      </Table.Td>
      {vendor !== undefined && <Table.Td data-label="Integration">{vendor}</Table.Td>}
      <Table.Td data-label="Outcome">
        <Tag tone={tone}>{label}</Tag>
        {call.kind && <div className={look["kind"]}>{kindWords(call.kind)}</div>}
        {said && <Quote who={quoted} said={said} />}
        {call.state === "unknown" && <Decide call={call} />}
      </Table.Td>
      <Table.Td data-label="Took" className={look["when"] ?? ""}>
        {duration(call.duration_ms)}
        {call.attempts > 1 && <div className={look["kind"]}>{call.attempts} attempts</div>}
      </Table.Td>
    </Table.Tr>
  );
}
