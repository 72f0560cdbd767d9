/** Which calendar the jobs appear on, how that goes, and what is to be decided. */
import { Alert, Button, DataList, Group, Select, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type CalendarSync, calendarSyncs, keepInStep, letGo, lookNow } from "../../api/calendar.ts";
import { problemOf } from "../../api/client.ts";
import type { Detail, Vendor } from "../../api/queries.ts";
import { resources } from "../../api/resources.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { Conflicts } from "./calendar-conflicts.tsx";
import look from "./integration.module.css";

interface CalendarProps {
  readonly vendor: Vendor;
  readonly detail: Detail;
}

export function Calendar({ vendor, detail }: CalendarProps) {
  const { data, error, refetch } = useQuery(calendarSyncs);
  const sync = data?.find((one) => one.vendor === vendor.id);
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!sync) return <LinesGhost lines={4} />;
  return (
    <div className={look["stack"]}>
      <Conflicts vendor={vendor} />
      {sync.state === "on" ? <InStep vendor={vendor} sync={sync} /> : <Choose vendor={vendor} detail={detail} sync={sync} />}
    </div>
  );
}

function InStep({ vendor, sync }: { readonly vendor: Vendor; readonly sync: CalendarSync }) {
  const mayChange = useMayChange();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["calendar"] });
  const off = useMutation({ mutationFn: () => letGo(vendor.id), onSuccess: changed });
  const now = useMutation({ mutationFn: () => lookNow(vendor.id), onSuccess: changed });
  const failed = off.error ?? now.error;
  return (
    <Card
      title="Jobs on your calendar"
      lead={
        <>
          Your jobs appear on <strong>{sync.calendar?.name}</strong>. What you change there changes the job, and the other way round.
          Everything else on it only counts as busy time.
        </>
      }
      actions={
        mayChange && (
          <Group gap="xs">
            <Button variant="default" size="xs" loading={now.isPending} onClick={() => now.mutate()}>
              Look now
            </Button>
            <Button variant="default" size="xs" loading={off.isPending} onClick={() => off.mutate()}>
              Turn off
            </Button>
          </Group>
        )
      }
    >
      {failed && <ProblemNote problem={problemOf(failed)} vendor={vendor.name} />}
      {sync.reason !== null && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden="true" />} title="It waits" role="status" mb="md">
          <Text size="sm" c="var(--ink)">
            {sync.reason}.
          </Text>
        </Alert>
      )}
      <DataList orientation="horizontal" labelWidth="180px" gap="sm">
        <DataList.Item>
          <DataList.ItemLabel>Last in step</DataList.ItemLabel>
          <DataList.ItemValue>{sync.last_ok_at === null ? "Not yet: it is being read" : <Ago at={sync.last_ok_at} />}</DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>Changes there</DataList.ItemLabel>
          <DataList.ItemValue>
            {sync.told ? `${vendor.name} says so at once` : "Looked for every few minutes: the calendar does not say so by itself"}
          </DataList.ItemValue>
        </DataList.Item>
      </DataList>
    </Card>
  );
}

function Choose({ vendor, detail, sync }: CalendarProps & { readonly sync: CalendarSync }) {
  const mayChange = useMayChange();
  const client = useQueryClient();
  const connected = detail.status !== "not_connected";
  const [chosen, choose] = useState<string | null>(sync.calendar?.id ?? null);
  const begin = useMutation({
    mutationFn: (calendar: string) => keepInStep(vendor.id, calendar),
    onSuccess: () => client.invalidateQueries({ queryKey: ["calendar"] }),
  });
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    ...resources("calendar", "", vendor.id),
    enabled: connected,
  });
  useEffect(() => {
    if (hasNextPage) void fetchNextPage();
  }, [hasNextPage, fetchNextPage]);
  const calendars = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card
      title="Jobs on your calendar"
      lead="Choose a calendar, and your jobs appear on it. What you change there changes the job, and the other way round; where both were changed, you decide. What else is on it only counts as busy time."
    >
      {!connected ? (
        <Text size="sm">Connect {vendor.name} first: then its calendars are listed here.</Text>
      ) : error ? (
        <LoadFailed error={error} again={refetch} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen !== null) begin.mutate(chosen);
          }}
        >
          {begin.error && <ProblemNote problem={problemOf(begin.error)} vendor={vendor.name} />}
          <Group align="end" gap="sm" mt={begin.error ? "md" : 0}>
            <Select
              label="Calendar"
              placeholder={data ? "Choose a calendar" : "Being listed…"}
              data={calendars.map(({ id, name, usable }) => ({
                value: id,
                label: usable ? name : `${name} (may only be read)`,
                disabled: !usable,
              }))}
              value={chosen}
              onChange={choose}
              disabled={!mayChange || !data}
              w={320}
              maw="100%"
            />
            <Button type="submit" loading={begin.isPending} disabled={!mayChange || chosen === null}>
              Put jobs on it
            </Button>
          </Group>
        </form>
      )}
    </Card>
  );
}
