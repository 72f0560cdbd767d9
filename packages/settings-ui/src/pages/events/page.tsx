/** What vendors told us: found by filters, looked into, replayed. */
import { Button, EmptyState } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { problemOf } from "../../api/client.ts";
import { type EventFilter, events, isAgain, refreshEvents, replayIds } from "../../api/events.ts";
import { catalog } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import activity from "../activity/activity.module.css";
import { Details } from "./details.tsx";
import { EVENT_STATE, eventWords } from "./event-words.ts";
import look from "./events.module.css";
import { EventsTable } from "./events-table.tsx";
import { Filters } from "./filters.tsx";
import { ReplayAll, told } from "./replay-all.tsx";
import { Standing } from "./standing.tsx";
import { SPANS, useFilter } from "./use-filter.ts";

const NOBODY: ReadonlySet<string> = new Set();

export default function Events() {
  const chosen = useFilter();
  const { filter, narrowed, open, put, time } = chosen;
  const mayChange = useMayChange();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(events(filter));
  const found = data?.pages.flatMap((page) => page.events);
  const [picked, setPicked] = useState(NOBODY);
  // What is no longer listed, or no longer over, is no longer chosen.
  const ids = (found ?? []).filter(({ id, state }) => picked.has(id) && isAgain(state)).map(({ id }) => id);
  const choose = (some: readonly string[], on: boolean) =>
    setPicked((before) => (on ? new Set([...before, ...some]) : new Set([...before].filter((id) => !some.includes(id)))));
  const replay = useMutation({
    mutationFn: replayIds,
    onSuccess: ({ replayed }) => {
      setPicked(NOBODY);
      told(replayed);
    },
    onSettled: refreshEvents,
  });
  const words = useFilterWords(filter, time);
  const counts = data?.pages[0]?.counts;
  return (
    <Page title="Events" lead="What your integrations told Junction, and what came of it.">
      {counts && <Standing counts={counts} put={put} />}
      <Filters {...chosen} />
      {replay.error && <ProblemNote problem={problemOf(replay.error)} />}
      {mayChange && found && found.length > 0 && (
        <div className={look["bar"]}>
          <span role="status">{ids.length === 0 ? "Select events to replay them" : `${ids.length} selected`}</span>
          <div className={look["barButtons"]}>
            {ids.length > 0 && (
              <Button onClick={() => replay.mutate(ids)} loading={replay.isPending}>
                Replay {ids.length} selected
              </Button>
            )}
            <ReplayAll filter={filter} words={words} />
          </div>
        </div>
      )}
      <Card flush>
        {error && !data && <LoadFailed error={error} again={refetch} />}
        {!data && !error && (
          <div className={activity["ghost"]}>
            <LinesGhost lines={6} />
          </div>
        )}
        {found?.length === 0 && <Nothing narrowed={narrowed} />}
        {found && found.length > 0 && (
          <EventsTable events={found} chosen={mayChange ? new Set(ids) : null} onChoose={choose} onOpen={(id) => put({ event: id })} />
        )}
        {hasNextPage && (
          <div className={activity["more"]}>
            <Button variant="default" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
              Show older events
            </Button>
          </div>
        )}
      </Card>
      <Details id={open} onClose={() => put({ event: "" })} />
    </Page>
  );
}

function Nothing({ narrowed }: { readonly narrowed: boolean }) {
  if (narrowed)
    return (
      <EmptyState
        py={48}
        icon={<IconWebhook stroke={1.5} />}
        title="Nothing fits"
        description="No event fits these filters. Clear some of them."
      />
    );
  return (
    <EmptyState
      py={48}
      icon={<IconWebhook stroke={1.5} />}
      title="Nothing has come in yet"
      description="When a vendor tells Junction of something, such as a text or a payment, it stands here. Give vendors their webhook address first."
    >
      <EmptyState.Actions>
        <Button component={Link} href="/integrations" variant="default">
          Open integrations
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}

/** The filter in words: "every event of Stripe that is dead, of the last 24 hours". */
function useFilterWords({ vendor, type, state }: EventFilter, time: string): string {
  const { data: known } = useQuery(catalog);
  const name = known?.vendors.find(({ id }) => id === vendor)?.name ?? vendor;
  const when = Object.entries(SPANS)
    .find(([key]) => key === time)?.[1]
    .label.toLowerCase();
  return [
    type === undefined ? "every event" : `every “${eventWords(type)}”`,
    name === undefined ? "" : ` of ${name}`,
    state === undefined ? "" : ` that is “${EVENT_STATE[state].label}”`,
    when === undefined ? (time === "range" ? " between the two times" : "") : ` of the ${when}`,
  ].join("");
}
