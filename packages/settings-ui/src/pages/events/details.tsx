/** One event: how it stands and what to do, and what it says, masked. */
import { Alert, Anchor, Button, DataList, Drawer, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { problemOf } from "../../api/client.ts";
import { type EventDetail, event, isAgain, refreshEvents, replayIds } from "../../api/events.ts";
import { catalog } from "../../api/queries.ts";
import { Copy } from "../../parts/copy.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { exact } from "../../time.ts";
import { consumerWords, EVENT_STATE, eventWords } from "./event-words.ts";
import look from "./events.module.css";
import { told } from "./replay-all.tsx";

export function Details({ id, onClose }: { readonly id: string | null; readonly onClose: () => void }) {
  const { data, error, refetch } = useQuery({ ...event(id ?? ""), enabled: id !== null });
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="min(520px, 100%)"
      padding="xl"
      title={data ? eventWords(data.type) : "Event"}
      classNames={{ title: look["title"] ?? "" }}
      closeButtonProps={{ "aria-label": "Close details" }}
    >
      {error && !data && <LoadFailed error={error} again={refetch} />}
      {!data && !error && <LinesGhost lines={6} />}
      {data && <Told detail={data} />}
    </Drawer>
  );
}

const TONE = { error: "red", warning: "yellow", connected: "green", not_connected: "gray", planned: "gray" } as const;

function Told({ detail }: { readonly detail: EventDetail }) {
  const { id, vendor, type, entity, state, attempts, reason, occurred_at, received_at, consumers, payload } = detail;
  const mayChange = useMayChange();
  const { data: known } = useQuery(catalog);
  const name = known?.vendors.find((one) => one.id === vendor)?.name ?? vendor;
  const { label, tone, advice } = EVENT_STATE[state];
  const replay = useMutation({ mutationFn: () => replayIds([id]), onSuccess: ({ replayed }) => told(replayed), onSettled: refreshEvents });
  return (
    <div className={look["details"]}>
      <Alert color={TONE[tone]} variant="light" title={label} data-advice={state}>
        <Text size="sm" c="var(--ink)">
          {advice}
        </Text>
        {reason !== null && (
          <Text size="sm" c="var(--ink)" mt={6} className={look["reason"] ?? ""}>
            <strong>Why:</strong> {reason}
          </Text>
        )}
        {state === "quarantined" && (
          <Anchor component={Link} href={`/integrations/${vendor}/webhook`} size="sm" mt={8} display="inline-block">
            Open {name}’s webhook
          </Anchor>
        )}
      </Alert>
      <Facts
        facts={[
          ["Integration", name],
          ["About", entity],
          ["Happened", occurred_at === null ? null : exact(occurred_at)],
          ["Received", exact(received_at)],
          ["Tries", attempts === 0 ? null : attempts],
          ["Taken by", consumers.map(consumerWords).join(", ")],
        ]}
      />
      <section>
        <Title order={3} size="h5" mb={10}>
          What it says
        </Title>
        {payload === null || payload === undefined ? (
          <Text size="sm" c="dimmed">
            {mayChange ? "It can no longer be opened." : "Only an owner of the account sees what an event says."}
          </Text>
        ) : (
          <>
            <Facts facts={type === null ? rawFacts(payload) : eventFacts(payload)} />
            <Text size="xs" c="dimmed" mt={10}>
              {type === null
                ? "Kept as it came, and sealed: its outline is all that is shown."
                : "Addresses and numbers are masked, and long texts are cut. The whole of it stays sealed."}
            </Text>
          </>
        )}
      </section>
      {replay.error && <ProblemNote problem={problemOf(replay.error)} />}
      <div className={look["foot"]}>
        <span className={look["eventId"]}>
          <code title={id}>{id}</code>
          <Copy text={id} what="event id" />
        </span>
        {mayChange && isAgain(state) && (
          <Button onClick={() => replay.mutate()} loading={replay.isPending} variant={state === "dead" ? "filled" : "default"}>
            Replay
          </Button>
        )}
      </div>
    </div>
  );
}

type Fact = readonly [name: string, value: string | number | null];

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <DataList orientation="horizontal" labelWidth="132px" gap="xs">
      {facts
        .filter(([, value]) => value !== null && value !== "")
        .map(([name, value]) => (
          <DataList.Item key={name}>
            <DataList.ItemLabel>{name}</DataList.ItemLabel>
            <DataList.ItemValue className={look["value"] ?? ""}>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
    </DataList>
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const titled = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
};
const factsOf = (value: unknown, title: (name: string) => string): Fact[] =>
  isObject(value) ? Object.entries(value).map(([name, each]) => [title(name), each === null ? null : textOf(each)]) : [];

/** The person and the data; what else an event has stands above. */
function eventFacts(payload: unknown): Fact[] {
  if (!isObject(payload)) return [];
  const { person, data } = payload;
  const { amount_minor: amount, currency, ...rest } = isObject(data) ? data : {};
  return [...factsOf(person, (name) => `Person’s ${name}`), ["Amount", money(amount, currency)], ...factsOf(rest, titled)];
}

function money(amount: unknown, currency: unknown): string | null {
  if (typeof amount !== "number" || typeof currency !== "string" || !/^[a-z]{3}$/i.test(currency)) return null;
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function rawFacts(payload: unknown): Fact[] {
  if (!isObject(payload)) return [];
  const { method, headers, body_bytes: bytes } = payload;
  return [
    ["Method", textOf(method)],
    ["Size", `${Number(bytes).toLocaleString("en")} bytes`],
    ["Headers", Array.isArray(headers) ? headers.join(", ") : null],
  ];
}
