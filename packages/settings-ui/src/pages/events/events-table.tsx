/** Events, newest first. On a phone each becomes a few lines instead of a row. */
import { Checkbox, Table, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type EventRow, isAgain } from "../../api/events.ts";
import { catalog } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Tag } from "../../parts/status.tsx";
import activity from "../activity/activity.module.css";
import { EVENT_STATE, eventWords } from "./event-words.ts";
import look from "./events.module.css";

interface EventsTableProps {
  readonly events: readonly EventRow[];
  /** Null: nobody here may choose. */
  readonly chosen: ReadonlySet<string> | null;
  readonly onChoose: (ids: readonly string[], on: boolean) => void;
  readonly onOpen: (id: string) => void;
}

export function EventsTable({ events, chosen, onChoose, onOpen }: EventsTableProps) {
  const { data: known } = useQuery(catalog);
  const choosable = events.filter(({ state }) => isAgain(state)).map(({ id }) => id);
  const all = choosable.length > 0 && choosable.every((id) => chosen?.has(id));
  return (
    <Table className={`${activity["table"]} ${look["list"]}`} verticalSpacing="sm" horizontalSpacing="lg">
      <Table.Thead>
        <Table.Tr>
          {chosen && (
            <Table.Th className={look["tick"] ?? ""}>
              <Checkbox
                aria-label="Select all listed events"
                checked={all}
                indeterminate={!all && choosable.some((id) => chosen.has(id))}
                disabled={choosable.length === 0}
                onChange={(event) => onChoose(choosable, event.currentTarget.checked)}
              />
            </Table.Th>
          )}
          <Table.Th>Event</Table.Th>
          <Table.Th>Integration</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Received</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => {
          const { id, vendor, type, entity, state, attempts, reason, received_at } = event;
          const { label, tone } = EVENT_STATE[state];
          const name = known?.vendors.find((one) => one.id === vendor)?.name ?? vendor;
          return (
            <Table.Tr key={id} data-event={id} data-state={state}>
              {chosen && (
                <Table.Td data-label="Select" className={look["tick"] ?? ""}>
                  <Checkbox
                    aria-label={`Select ${[`${eventWords(type)} of ${name}`, entity].filter(Boolean).join(", ")}`}
                    checked={chosen.has(id)}
                    disabled={!isAgain(state)}
                    onChange={(change) => onChoose([id], change.currentTarget.checked)}
                  />
                </Table.Td>
              )}
              <Table.Td data-label="Event" className={look["what"] ?? ""}>
                <UnstyledButton className={look["open"] ?? ""} onClick={() => onOpen(id)} aria-haspopup="dialog">
                  {eventWords(type)}
                </UnstyledButton>
                {entity !== null && <div className={`${activity["id"]} ${look["entity"]}`}>{entity}</div>}
              </Table.Td>
              <Table.Td data-label="Integration" className={look["vendor"] ?? ""}>
                {name}
              </Table.Td>
              <Table.Td data-label="State" className={look["state"] ?? ""}>
                <Tag tone={tone}>{label}</Tag>
                {state !== "done" && reason !== null && <div className={`${activity["kind"]} ${look["reason"]}`}>{reason}</div>}
                {attempts > 1 && <div className={activity["kind"]}>{attempts} tries</div>}
              </Table.Td>
              <Table.Td data-label="Received" className={`${activity["when"]} ${look["when"]}`}>
                <Ago at={received_at} />
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
