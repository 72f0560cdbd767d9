/** What was changed both in a job and on the calendar: nothing is overwritten until somebody chooses. */
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Conflict, conflicts, decide } from "../../api/calendar.ts";
import { problemOf } from "../../api/client.ts";
import type { Vendor } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./integration.module.css";

export function Conflicts({ vendor }: { readonly vendor: Vendor }) {
  const { data } = useQuery(conflicts);
  const open = data?.filter((one) => one.vendor === vendor.id) ?? [];
  if (open.length === 0) return null;
  return (
    <Card
      flush
      tone="warning"
      title={open.length === 1 ? "One thing to decide" : `${open.length} things to decide`}
      lead={`These were changed in the job and in ${vendor.name}. Both stay as they are until you choose.`}
    >
      <ul className={look["conflicts"]}>
        {open.map((one) => (
          <Decision key={one.id} conflict={one} vendor={vendor} />
        ))}
      </ul>
    </Card>
  );
}

const FIELDS: Readonly<Record<Conflict["field"], string>> = {
  title: "Title",
  time: "Time",
  location: "Place",
  notes: "Notes",
  event: "Event",
};

function Decision({ conflict, vendor }: { readonly conflict: Conflict; readonly vendor: Vendor }) {
  const mayChange = useMayChange();
  const client = useQueryClient();
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: (keep: "ours" | "theirs") => decide(conflict.id, keep),
    onSuccess: () => client.invalidateQueries({ queryKey: ["calendar"] }),
  });
  const { ours, theirs, question } = wordsOf(conflict, vendor.name);
  const title = conflict.job.title;
  return (
    <li data-conflict={conflict.field}>
      <Text fw={550} size="sm">
        {title} · {FIELDS[conflict.field]}
      </Text>
      {question !== null ? (
        <Text size="sm" mt={4}>
          {question}
        </Text>
      ) : (
        <dl>
          <div>
            <dt>In the job</dt>
            <dd>{said(conflict, conflict.ours)}</dd>
          </div>
          <div>
            <dt>In {vendor.name}</dt>
            <dd>{said(conflict, conflict.theirs)}</dd>
          </div>
        </dl>
      )}
      {error && <ProblemNote problem={problemOf(error)} vendor={vendor.name} />}
      {mayChange && (
        <Group gap="xs" mt="sm">
          <Button
            size="xs"
            variant="default"
            loading={isPending && variables === "ours"}
            disabled={isPending}
            onClick={() => mutate("ours")}
            aria-label={`${ours}: ${title}`}
          >
            {ours}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={isPending && variables === "theirs"}
            disabled={isPending}
            onClick={() => mutate("theirs")}
            aria-label={`${theirs}: ${title}`}
          >
            {theirs}
          </Button>
        </Group>
      )}
    </li>
  );
}

/** What the two buttons say; and what happened, where it is about the event itself. */
function wordsOf(
  { field, ours, theirs }: Conflict,
  calendar: string,
): { readonly ours: string; readonly theirs: string; readonly question: string | null } {
  if (field !== "event") return { ours: "Keep the job’s", theirs: `Take ${calendar}’s`, question: null };
  if (theirs === "removed")
    return {
      ours: "Put it back",
      theirs: "Cancel the job",
      question: `Somebody took it off the calendar in ${calendar}. The job is still planned.`,
    };
  return {
    ours: "Remove it there too",
    theirs: "Keep the job",
    question: `The job was ${ours === "cancelled" ? "cancelled" : "deleted"} here, and was changed in ${calendar} since.`,
  };
}

const said = ({ field }: Conflict, value: string | null): string =>
  value === null ? "Nothing" : field === "time" ? timeWords(value) : value;

interface Time {
  readonly start: string;
  readonly end: string;
  readonly time_zone: string | null;
  readonly recurrence: string | null;
  readonly exceptions: readonly unknown[];
}
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short", timeZone: "UTC" });

/** A time by the clocks of its own zone, wherever it is read. */
function timeWords(json: string): string {
  const { start, end, time_zone: zone, recurrence, exceptions } = JSON.parse(json) as Time; // written by the sync alone
  const more = [
    ...(zone === null ? [] : [`(${zone.replaceAll("_", " ")})`]),
    ...(recurrence === null ? [] : [`repeats${exceptions.length > 0 ? `, ${exceptions.length} moved or left out` : ""}`]),
  ].join(" ");
  if (zone === null) return [day.format(new Date(start)), "whole day", more].filter(Boolean).join(" ");
  const [from, until] = [new Date(`${start}Z`), new Date(`${end}Z`)];
  const to = start.slice(0, 10) === end.slice(0, 10) ? clock.format(until) : moment.format(until);
  return `${moment.format(from)} to ${to} ${more}`.trim();
}
