/** What waits for a person, and the way to it. */
import { Alert, Button, Text } from "@mantine/core";
import { IconAlertTriangle, IconShieldQuestion } from "@tabler/icons-react";
import type { EventCounts } from "../../api/events.ts";
import look from "./events.module.css";
import type { Chosen } from "./use-filter.ts";

const many = (n: number, one: string, more: string): string => `${n >= 10_000 ? "10,000 or more" : n} ${n === 1 ? one : more}`;

export function Standing({ counts, put }: { readonly counts: EventCounts; readonly put: Chosen["put"] }) {
  const { dead = 0, quarantined = 0 } = counts;
  const only = (state: string) => put({ vendor: "", type: "", time: "", from: "", to: "", state });
  if (dead + quarantined === 0) return null;
  return (
    <div className={look["standing"]}>
      {dead > 0 && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle aria-hidden="true" />}
          title={many(dead, "event is dead", "events are dead")}
          data-standing="dead"
        >
          <Text size="sm" c="var(--ink)">
            Junction tried several times and gave up. See why, mend the cause, then replay. What was done already is not done twice.
          </Text>
          <Button mt="sm" size="xs" variant="default" onClick={() => only("dead")}>
            Show dead events
          </Button>
        </Alert>
      )}
      {quarantined > 0 && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconShieldQuestion aria-hidden="true" />}
          title={many(quarantined, "delivery is in quarantine", "deliveries are in quarantine")}
          data-standing="quarantined"
        >
          <Text size="sm" c="var(--ink)">
            Nothing proves yet who sent them, so nothing is done with them. Set the integration’s webhook secret: what is real then runs by
            itself. After 7 days they are deleted.
          </Text>
          <Button mt="sm" size="xs" variant="default" onClick={() => only("quarantined")}>
            Show quarantined deliveries
          </Button>
        </Alert>
      )}
    </div>
  );
}
