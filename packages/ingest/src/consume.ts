/** The queue's consumer: each contractor's slice beside the others'. */
import { type Ingest, note, told, type Wakeup } from "./ingest.ts";
import { release } from "./quarantine.ts";
import { wakeAgain } from "./wake.ts";
import { workOff } from "./work.ts";

/** Long enough to be worth a message, short enough that whoever is behind in the queue does not notice. */
const SLICE_MS = 1_000;
/** How many events an invocation takes on in all: each takes up to a dozen queries, and the platform allows a thousand. */
const EVENTS = 80;
const RETRY_SECONDS = 5;

/** Several messages for one contractor are one. What fails is tried again by the queue, and past that found by the sweep. */
export async function consume(ingest: Ingest, messages: readonly Pick<Message<Wakeup>, "body" | "ack" | "retry">[]): Promise<void> {
  const until = Date.now() + SLICE_MS;
  const contractors = Map.groupBy(messages, ({ body }) => body.contractor);
  const most = Math.ceil(EVENTS / contractors.size);
  await Promise.all(
    [...contractors].map(async ([contractor, theirs]) => {
      try {
        await slice(
          ingest,
          contractor,
          theirs.map(({ body }) => body),
          { until, most },
        );
        for (const message of theirs) message.ack();
      } catch (error) {
        note("error", { what: "a slice failed", contractor, error: told(error) });
        for (const message of theirs) message.retry({ delaySeconds: RETRY_SECONDS });
      }
    }),
  );
}

async function slice(
  ingest: Ingest,
  contractor: string,
  wakeups: readonly Wakeup[],
  bounds: { readonly until: number; readonly most: number },
): Promise<void> {
  const connections = new Map(wakeups.flatMap(({ release: one }) => (one ? [[one.connection, one] as const] : [])));
  for (const one of connections.values()) {
    if ((await release(ingest, { contractor, ...one }, bounds.until)) === "more") await wakeAgain(ingest, { contractor, release: one });
  }
  const after = wakeups.find((wakeup) => wakeup.after !== undefined)?.after ?? "";
  await workOff(ingest, contractor, { after, ...bounds });
}
