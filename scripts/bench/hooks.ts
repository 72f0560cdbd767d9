/** What a vendor's delivery costs: taken by the mesh, and by a Worker that checks the signature and stores one row. */
import { createHmac, randomBytes } from "node:crypto";
import { type Arena, CONTRACTOR, GATEWAY, type GatewayBindings } from "./arena.ts";
import type { Generator } from "./generator.ts";
import { FIELDS } from "./record.ts";
import { CONNECTIONS, median, type Pace } from "./rounds.ts";

export interface HookFigures {
  readonly title: string;
  /** Deliveries answered a second; of the floor, the median over the rounds. */
  readonly perSecond: number;
  readonly ofFloor: number;
  readonly p50: number;
  readonly p99: number;
  /** Events done a second, from the first delivery to the last event worked off; absent where nothing is worked off. */
  readonly donePerSecond?: number;
}

/** Answers a second that no contender reaches: so many deliveries are prepared. */
const MOST_PER_SECOND = 3000;

export async function measureHooks(arena: Arena, generator: Generator, { rounds, ms }: Pace): Promise<HookFigures[]> {
  const { CONTRACTOR: objects } = await arena.stack.mf.getBindings<GatewayBindings>(GATEWAY);
  const desk = objects.get(objects.idFromName(CONTRACTOR));
  const { id } = await desk.endpoint({ contractor: CONTRACTOR, vendor: "twilio", now: Date.now() });
  const path = `/hooks/twilio/${id}`;
  const db = await arena.stack.mf.getD1Database("DB", GATEWAY);
  const open = async () => Number(await db.prepare("SELECT count(*) AS n FROM events WHERE state <> 'done'").first("n"));
  const sides = [
    { title: "the floor: HMAC, one row", url: arena.hookFloor.url, address: arena.hookFloor.address, works: false },
    { title: "Junction, a delivery", url: `${new URL(arena.url.gateway).origin}${path}`, address: arena.stack.url + path, works: true },
  ];
  const taken = sides.map(() => [] as { perSecond: number; p50: number; p99: number; donePerSecond: number }[]);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { url, address, works }] of sides.entries()) {
      const each = Array.from({ length: (MOST_PER_SECOND * ms) / 1000 }, () => text(address));
      const started = performance.now();
      const load = { url, method: "POST" as const, headers: {}, body: "", each, expect: ["<Response"] };
      const loaded = await generator.load({ ...load, connections: CONNECTIONS, ms, most: each.length });
      while (works && (await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 20)); // it must not fall on the next
      const donePerSecond = (loaded.answers / (performance.now() - started)) * 1000;
      const { p50, p99 } = loaded;
      // The first round compiles code.
      if (round >= 0) taken[index]?.push({ perSecond: (loaded.answers / loaded.ms) * 1000, p50, p99, donePerSecond });
    }
  }
  const [floor = []] = taken;
  return sides.map(({ title, works }, index) => {
    const own = taken[index] ?? [];
    return {
      title,
      perSecond: median(own.map(({ perSecond }) => perSecond)),
      ofFloor: median(own.map(({ perSecond }, round) => perSecond / (floor[round]?.perSecond ?? Number.NaN))),
      p50: median(own.map(({ p50 }) => p50)),
      p99: median(own.map(({ p99 }) => p99)),
      ...(works && { donePerSecond: median(own.map(({ donePerSecond }) => donePerSecond)) }),
    };
  });
}

/** A text as Twilio delivers it, each another one, each of a conversation of its own. */
function text(address: string) {
  const id = randomBytes(16).toString("hex");
  const fields: Record<string, string> = {
    AccountSid: FIELDS.account_sid,
    Body: "Can you come on Tuesday?",
    From: `+1202555${String(Number.parseInt(id.slice(0, 6), 16) % 10_000).padStart(4, "0")}`,
    MessageSid: `SM${id}`,
    NumMedia: "0",
    SmsSid: `SM${id}`,
    To: FIELDS.default_from,
  };
  const signed = Object.keys(fields)
    .sort()
    .map((name) => name + fields[name]);
  const signature = createHmac("sha1", FIELDS.auth_token)
    .update(address + signed.join(""))
    .digest("base64");
  return {
    headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
    body: new URLSearchParams(fields).toString(),
  };
}
