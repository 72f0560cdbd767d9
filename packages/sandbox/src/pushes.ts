/** What a vendor delivers, on demand: messages made and signed by its emulator, sent as they are or spoilt in a way that must not pass. */
import * as z from "zod";
import { random } from "./call.ts";
import type { Change, ChangesAsk } from "./changes.ts";
import type { Emulator, Push, PushAbout, Pushes } from "./emulator.ts";
import { refused } from "./refused.ts";
import type { State } from "./state.ts";

/** Each with what it is, in words. */
export const VARIANTS = {
  valid: "as the vendor sends it",
  tampered: "one character changed after it was signed",
  wrong_secret: "signed with another secret",
  stale: "signed a day ago",
  future: "signed a day from now",
  reserialised: "its JSON read and written again with other spacing",
  challenge: "the question whether the address is ours",
} as const satisfies Record<string, string>;
export type Variant = keyof typeof VARIANTS;

const DAY_MS = 86_400_000;
const MOST = 20_000;

/** What `POST /sandbox/api/pushes` takes. */
export const PushesAsk = z
  .strictObject({
    vendor: z.string(),
    /** Absent: the vendor's kinds in turn. */
    kind: z.string().optional(),
    /** The address the vendor was given. */
    url: z.url({ protocol: /^https?$/, error: "must be the http or https address the vendor was given" }),
    /** Absent: the emulator's own. */
    secret: z.string().min(1).max(8192).optional(),
    variant: z.enum(Object.keys(VARIANTS) as [Variant, ...Variant[]]).default("valid"),
    count: z.number().int().min(1).max(10_000).default(1),
    /** How many payments, threads or contacts they are about, and the number of the first. */
    entities: z.number().int().min(1).max(10_000).default(1),
    entity: z.number().int().min(0).max(1_000_000_000).default(0),
    /** How often each request is sent once more, byte for byte. */
    duplicates: z.number().int().min(0).max(100).default(0),
    shuffle: z.boolean().default(false),
    /** The same seed makes the same ids, and the same order. */
    seed: z.number().int().optional(),
    /** What the vendor's clock says, epoch milliseconds. */
    at: z.number().int().min(DAY_MS).optional(),
    /** How many are under way at once. One: in order. */
    concurrency: z.number().int().min(1).max(50).default(1),
    /** False: only gives the signed requests. */
    send: z.boolean().default(true),
  })
  .refine(({ count, duplicates }) => count * (duplicates + 1) <= MOST, {
    path: ["duplicates"],
    error: `makes more than ${MOST} requests in all`,
  });
export type PushesAsk = z.output<typeof PushesAsk>;

/** A request of a vendor to us, whole. */
export interface SignedPush {
  /** The message's own id at the vendor; for a challenge, none. */
  readonly id: string | null;
  readonly kind: string;
  readonly method: NonNullable<Push["method"]>;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * When that happened which a message tells of, for vendors whose events have no id but their own time: epoch milliseconds, on the day before
 * it is first told, another for most other messages, and the same whenever and however often it is told again.
 */
export function happenedAt({ id, now, state }: PushAbout): number {
  const told = state.collection<number>("happened");
  const at = told.get(id) ?? now - (Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % DAY_MS, 7) % DAY_MS);
  told.put(id, at);
  return at;
}

/** What of the ask depends on the vendor; refuses what the vendor cannot do. */
export function planFor(emulator: Emulator, ask: PushesAsk) {
  const { pushes, secret } = signingOf(emulator, ask.secret);
  const kinds = Object.keys(pushes.kinds);
  if (ask.kind !== undefined && !Object.hasOwn(pushes.kinds, ask.kind)) return refused("kind", `must be one of ${kinds.join(", ")}`);
  if (ask.variant === "challenge" && !pushes.challenge) return refused("variant", `${emulator.vendor} asks an address for nothing`);
  return { pushes, secret, kinds: ask.kind === undefined ? kinds : [ask.kind] };
}

/** How a vendor signs, and with which secret. */
export function signingOf({ pushes, credentials, vendor }: Emulator, given: string | undefined) {
  if (!pushes) return refused("vendor", `${vendor} delivers nothing`);
  const { set, field } = pushes.secretField ?? {};
  const secret = given ?? pushes.secret ?? (set && field ? credentials[set]?.[field] : undefined);
  if (secret === undefined) return refused("secret", `is needed: ${vendor} signs with the one it was given along with the address`);
  return { pushes, secret };
}

/** Signs messages about what changed. */
export async function signedChanges(
  emulator: Emulator,
  { url, secret: given }: Pick<ChangesAsk, "url" | "secret">,
  changes: readonly (Change & { readonly id: string })[],
  now: number,
): Promise<readonly SignedPush[]> {
  const { pushes, secret } = signingOf(emulator, given);
  const sign = async ({ id, kind, type, body }: Change & { readonly id: string }): Promise<SignedPush> => {
    const push = await pushes.sign({ url, type, body, secret, now, id });
    return { id, kind, method: push.method ?? "POST", url: push.url ?? url, headers: push.headers, body: push.body };
  };
  return Promise.all(changes.map(sign));
}

/** Makes and signs what is asked for. Runs inside the vendor's Durable Object: a kind may write what the vendor will be asked for. */
export async function signedPushes(emulator: Emulator, ask: PushesAsk, state: State, clock: number): Promise<readonly SignedPush[]> {
  const { pushes, secret: own, kinds } = planFor(emulator, ask);
  const secret = ask.variant === "wrong_secret" ? anotherSecret(own) : own;
  if (ask.variant === "challenge") return [challengeOf(pushes, ask.url, secret)];
  const now = (ask.at ?? clock) + (ask.variant === "stale" ? -DAY_MS : ask.variant === "future" ? DAY_MS : 0);
  const draw = ask.seed === undefined ? undefined : generator(ask.seed);
  const signed: SignedPush[] = [];
  for (let index = 0; index < ask.count; index++) {
    const id = draw ? Array.from({ length: 4 }, () => draw().toString(16).padStart(8, "0")).join("") : random(32);
    const kind = kinds[Math.floor(index / ask.entities) % kinds.length] ?? "";
    const made = pushes.kinds[kind]?.({ id, entity: ask.entity + (index % ask.entities), now, state });
    if (!made) throw new Error(`${emulator.vendor} made no message of the kind ${kind}`);
    const push = await pushes.sign({ url: ask.url, ...made, secret, now, id });
    signed.push({ id, kind, method: push.method ?? "POST", url: push.url ?? ask.url, headers: push.headers, body: push.body });
  }
  return signed;
}

function challengeOf(pushes: Pushes, url: string, secret: string): SignedPush {
  const push = pushes.challenge?.({ url, secret });
  if (!push) return refused("variant", "the vendor asks an address for nothing");
  return { id: null, kind: "challenge", method: push.method ?? "GET", url: push.url ?? url, headers: push.headers, body: push.body };
}

/** The requests in the order in which they are sent, spoilt where the variant says so. */
export function arranged(
  signed: readonly SignedPush[],
  ask: Pick<PushesAsk, "duplicates" | "shuffle" | "seed"> & { readonly variant?: Variant },
): readonly SignedPush[] {
  const spoilt = signed.map((push) => spoil(push, ask.variant ?? "valid"));
  const all = spoilt.flatMap((push) => Array<SignedPush>(ask.duplicates + 1).fill(push));
  if (!ask.shuffle) return all;
  const draw = generator(ask.seed ?? Number.parseInt(random(8), 16));
  for (let last = all.length - 1; last > 0; last--) {
    const other = draw() % (last + 1);
    const [a, b] = [all[last], all[other]];
    if (a && b) [all[last], all[other]] = [b, a];
  }
  return all;
}

function spoil(push: SignedPush, variant: Variant): SignedPush {
  if (variant === "tampered") return tampered(push);
  if (variant !== "reserialised") return push;
  const body = respaced(push.body);
  return body === null ? refused("variant", `a message of the kind ${push.kind} is no JSON`) : { ...push, body };
}

function tampered(push: SignedPush): SignedPush {
  if (push.body !== "") return { ...push, body: withAnotherCharacter(push.body) };
  const [name, proof] = Object.entries(push.headers).find(([header]) => /signature|token|hash/i.test(header)) ?? [];
  if (name === undefined || proof === undefined) return refused("variant", `a message of the kind ${push.kind} has nothing to change`);
  return { ...push, headers: { ...push.headers, [name]: withAnotherCharacter(proof) } };
}

/** The text with the letter or digit nearest its middle changed into another of its kind, so that it can still be read. */
export function withAnotherCharacter(text: string): string {
  const middle = text.length >> 1;
  for (let away = 0; away <= middle; away++) {
    for (const at of [middle + away, middle - away]) {
      const changed = successor(text[at] ?? "");
      if (changed !== undefined) return text.slice(0, at) + changed + text.slice(at + 1);
    }
  }
  return `${text}x`;
}

/** JSON with the same value and other bytes; null where it is no JSON. */
export function respaced(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const compact = JSON.stringify(value);
    return compact === text ? JSON.stringify(value, null, 1) : compact;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A secret of the same shape that is not the same: prefixes, lengths and alphabets stay. */
export function anotherSecret(secret: string): string {
  const from = secret.length > 16 ? (secret.length >> 1) - 4 : 0;
  return [...secret].map((character, at) => (at < from || at > from + 8 ? character : (successor(character) ?? character))).join("");
}

/** The next digit, or the next letter that is a hexadecimal digit if it was one. */
function successor(character: string): string | undefined {
  const circle = ["0123456789", "abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ"].find((each) =>
    each.includes(character),
  );
  return character === "" || circle === undefined ? undefined : circle[(circle.indexOf(character) + 1) % circle.length];
}

/** Numbers of 32 bits that a seed decides (splitmix). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

export interface Sent {
  readonly id: string | null;
  readonly kind: string;
  /** What was answered; 0 where nothing was. */
  readonly status: number;
  /** The beginning of the answer, or of the reason why there is none. */
  readonly reply: string;
}

const GIVES_UP_MS = 30_000;
const SHOWN = 500;

/** Sends them, so many at once, and says what each was answered with, in the order of sending. */
export async function deliver(
  all: readonly SignedPush[],
  concurrency: number,
): Promise<{ readonly sent: readonly Sent[]; readonly statuses: Readonly<Record<string, number>> }> {
  const sent: Sent[] = [];
  const statuses: Record<string, number> = {};
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < all.length) {
      const index = next++;
      const push = all[index];
      if (!push) return;
      const said = await post(push);
      sent[index] = { id: push.id, kind: push.kind, ...said };
      statuses[said.status] = (statuses[said.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, all.length) }, lane));
  return { sent, statuses };
}

async function post({ method, url, headers, body }: SignedPush): Promise<Pick<Sent, "status" | "reply">> {
  try {
    const signal = AbortSignal.timeout(GIVES_UP_MS);
    const response = await fetch(url, { method, headers, redirect: "manual", signal, ...(method !== "GET" && { body }) });
    return { status: response.status, reply: (await response.text()).slice(0, SHOWN) };
  } catch (error) {
    return { status: 0, reply: String(error).slice(0, SHOWN) }; // nobody there, or no answer in time
  }
}
