/** Fetches that go on, and the last that ended: how far each is, and the way to stop it. */
import { Button, Group, Progress, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { problemOf } from "../../../api/client.ts";
import { cancelFetch, type Fetch, type FetchState, fetches, isGoing } from "../../../api/crm.ts";
import { refreshLeads } from "../../../api/leads.ts";
import { queryClient } from "../../../api/queries.ts";
import { Ago } from "../../../parts/ago.tsx";
import { Tag } from "../../../parts/status.tsx";
import type { Status } from "../../../words.ts";
import look from "./crm.module.css";
import { useCrm } from "./which-crm.tsx";

const STATE: Readonly<Record<FetchState, { readonly label: string; readonly tone: Status }>> = {
  running: { label: "Fetching", tone: "connected" },
  paused: { label: "Paused", tone: "warning" },
  completed: { label: "Done", tone: "connected" },
  cancelled: { label: "Cancelled", tone: "not_connected" },
  failed: { label: "Failed", tone: "error" },
};
const MOST = 3;

export function Fetches({ vendor, workflow }: { readonly vendor: string; readonly workflow: string | null }) {
  const { data } = useQuery(fetches);
  const these = (data ?? []).filter(
    (one) => one.vendor === vendor && (workflow === null || one.workflow === null || one.workflow === workflow),
  );
  const shown = [...these.filter(isGoing), ...these.filter((one) => !isGoing(one))].slice(0, MOST);
  const seen = these.reduce((sum, { counts }) => sum + counts.seen, 0);
  const before = useRef(seen);
  useEffect(() => {
    if (before.current === seen) return;
    before.current = seen;
    void refreshLeads();
  }, [seen]);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Fetches">
      <h3 className={look["heading"]}>Fetches</h3>
      <ul className={look["fetches"]}>
        {shown.map((one) => (
          <One key={one.id} fetch={one} />
        ))}
      </ul>
    </section>
  );
}

function One({ fetch: { id, vendor, state, reason, counts, started_at } }: { readonly fetch: Fetch }) {
  const { name } = useCrm(vendor);
  const { label, tone } = STATE[state];
  const { expected, seen, created, matched, started, refused } = counts;
  const stop = useMutation({
    mutationFn: () => cancelFetch(id),
    onError: (error) => notifications.show({ message: problemOf(error).message, color: "red" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["fetches"] }),
  });
  const going = isGoing({ state });
  const facts = [
    expected === null ? `${seen} read` : `${seen} of ${Math.max(expected, seen)} read`,
    `${created} new`,
    `${matched} known before`,
    ...(started > 0 ? [`${started} runs started`] : []),
    ...(refused > 0 ? [`${refused} left out: no phone number and no email`] : []),
  ];
  return (
    <li data-fetch={id} data-state={state} data-seen={seen}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <div>
          <Tag tone={tone}>{label}</Tag>
          <Text component="span" size="sm" c="dimmed" ml="sm">
            from {name}, begun <Ago at={started_at} />
          </Text>
        </div>
        {going && (
          <Button size="compact-sm" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            Cancel
          </Button>
        )}
      </Group>
      {going && (
        <Progress
          value={expected === null || expected === 0 ? 100 : Math.min(100, (seen / expected) * 100)}
          animated={expected === null && state === "running"}
          mt={10}
          aria-label="How far it is"
        />
      )}
      <Text size="sm" mt={8}>
        {facts.join(" · ")}
      </Text>
      {reason && (
        <Text size="sm" c="var(--warn-ink)" mt={4}>
          {reason}
        </Text>
      )}
    </li>
  );
}
