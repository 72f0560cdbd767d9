/** The contractor's numbers, and how calls to each are answered. */
import { Button, EmptyState } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type Routing, routings } from "../../api/call-routing.ts";
import { problemOf } from "../../api/client.ts";
import { resources } from "../../api/resources.ts";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import look from "./calls.module.css";

export default function Calls() {
  const { data: set, error, refetch } = useQuery(routings);
  const own = useInfiniteQuery(resources("phone_number"));
  const names = new Map((own.data?.pages ?? []).flatMap(({ items }) => items.map(({ id, detail }) => [id, detail ?? null] as const)));
  const numbers = [...new Set([...(set ?? []).map(({ phone_number }) => phone_number), ...names.keys()])];
  const ready = set !== undefined && !own.isPending;
  return (
    <Page title="Calls" lead="What happens when somebody calls one of your numbers: who is rung and when, voicemail, and the AI assistant.">
      {error && !set && <LoadFailed error={error} again={refetch} />}
      <Card flush>
        {!ready && !error && (
          <div className={look["ghost"]}>
            <LinesGhost lines={4} />
          </div>
        )}
        {ready && own.error && (
          <div className={look["ghost"]}>
            <ProblemNote problem={problemOf(own.error)} />
          </div>
        )}
        {ready && !own.error && numbers.length === 0 && (
          <EmptyState
            py={48}
            icon={<IconPhone stroke={1.5} />}
            title="No numbers yet"
            description="Connect an integration that has phone numbers, such as Twilio."
          />
        )}
        {ready && (
          <ul className={look["list"]}>
            {numbers.map((number) => (
              <Line
                key={number}
                number={number}
                detail={names.get(number) ?? null}
                routing={set.find((one) => one.phone_number === number)}
              />
            ))}
          </ul>
        )}
      </Card>
    </Page>
  );
}

function Line({
  number,
  detail,
  routing,
}: {
  readonly number: string;
  readonly detail: string | null;
  readonly routing: Routing | undefined;
}) {
  const state = routing === undefined ? NOT_SET : routing.open_now ? OPEN : CLOSED;
  return (
    <li data-number={number}>
      <div className={look["number"]}>
        <b>{number}</b>
        {detail !== null && <span>{detail}</span>}
      </div>
      <Tag tone={state.tone}>{state.label}</Tag>
      <Button component={Link} href={`/calls/${number.slice(1)}`} variant="default" size="xs" aria-label={`Set up calls to ${number}`}>
        Set up
      </Button>
    </li>
  );
}
const NOT_SET = { tone: "not_connected", label: "Not set up: voicemail only" } as const;
const OPEN = { tone: "connected", label: "Open now" } as const;
const CLOSED = { tone: "warning", label: "Closed now" } as const;
