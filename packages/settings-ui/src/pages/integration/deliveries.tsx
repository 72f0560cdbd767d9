/** What a vendor delivered of late, newest first. On a phone each becomes a few lines instead of a row. */
import { EmptyState, Table } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import type { WebhookView } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Tag } from "../../parts/status.tsx";
import type { Status } from "../../words.ts";
import look from "../activity/activity.module.css";

type Delivery = WebhookView["last_deliveries"][number];

const STATE = {
  received: { label: "Received", tone: "not_connected" },
  quarantined: { label: "Kept aside", tone: "warning" },
  processing: { label: "In work", tone: "not_connected" },
  done: { label: "Done", tone: "connected" },
  failed: { label: "Tried again", tone: "warning" },
  dead: { label: "Given up", tone: "error" },
} as const satisfies Record<Delivery["state"], { readonly label: string; readonly tone: Status }>;

export function Deliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0)
    return (
      <EmptyState py={40} icon={<IconInbox stroke={1.5} />} title="None yet" description="What arrives stands here within a few seconds." />
    );
  return (
    <Table className={look["table"] ?? ""} verticalSpacing="sm" horizontalSpacing="lg">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Event</Table.Th>
          <Table.Th>About</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map(({ id, received_at, type, entity, state, reason }) => (
          <Table.Tr key={id} data-event={id}>
            <Table.Td data-label="When" className={look["when"] ?? ""}>
              <Ago at={received_at} />
            </Table.Td>
            <Table.Td data-label="Event">{type === null ? "Not read yet" : <code style={{ whiteSpace: "nowrap" }}>{type}</code>}</Table.Td>
            <Table.Td data-label="About">{entity === null ? "–" : <code style={{ overflowWrap: "anywhere" }}>{entity}</code>}</Table.Td>
            <Table.Td data-label="State">
              <Tag tone={STATE[state].tone}>{STATE[state].label}</Tag>
              {reason !== null && <div className={look["kind"]}>{reason}</div>}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
