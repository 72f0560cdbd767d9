import { Progress, Text } from "@mantine/core";
import type { Detail, Vendor } from "../../api/queries.ts";
import { Ago, useNow } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import look from "./integration.module.css";

const SPANS: Readonly<Record<number, string>> = { 1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day" };
const span = (seconds: number): string => SPANS[seconds] ?? `in ${seconds} seconds`;
const count = new Intl.NumberFormat();

/** How much may be asked of the vendor, and how much of it is left. */
export function Limits({ vendor, detail: { limits, status } }: { readonly vendor: Vendor; readonly detail: Detail }) {
  const now = useNow();
  const { declared, left, resets_at, blocked_until } = limits;
  const used = left !== null && status !== "not_connected";
  const blocked = blocked_until !== null && blocked_until > now;
  return (
    <Card title="Limits">
      {declared === null && left === null ? (
        <Text size="sm" c="dimmed">
          {vendor.name} publishes no limit for one account. If it asks to slow down, we wait as long as it says.
        </Text>
      ) : (
        <>
          {declared && (
            <Text size="sm">
              {count.format(declared.requests)} requests {span(declared.per_seconds)}
            </Text>
          )}
          {declared && used && (
            <Progress
              mt="sm"
              size="md"
              value={(100 * Math.min(left, declared.requests)) / declared.requests}
              color={left / declared.requests < 0.15 ? "yellow" : "petrol"}
              aria-label={`${left} of ${declared.requests} requests left`}
            />
          )}
          {used && (
            <p className={look["quiet"]}>
              {count.format(left)} left
              {resets_at !== null && resets_at > now && (
                <>
                  {" "}
                  · full again <Ago at={resets_at} />
                </>
              )}
            </p>
          )}
        </>
      )}
      {blocked && (
        <Text size="sm" mt="xs" c="var(--warn-ink)">
          It asked us to wait. Requests go on <Ago at={blocked_until} />.
        </Text>
      )}
    </Card>
  );
}
