/** Laws of a vendor's webhook: what is the vendor's is believed, each event has one name, and a secret counts for as long as it should. */
import { parseEvent, type VendorEvent } from "@junction/core";
import { anotherSecret } from "@junction/sandbox";
import { eventsOf, type Hooks, judged, type Message, type Proof, saidOf } from "../hooks.ts";
import type { Law, Violation } from "../law.ts";
import { freshKey } from "../stage.ts";
import { lastOf } from "./effects.ts";
import { wrong } from "./source.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Times are set this far from an edge, so that a vendor's rounding to seconds decides nothing. */
const STEP_MS = 2000;

export const BELIEVED_LAWS: readonly Law<Hooks>[] = [
  {
    name: "what it delivers is verified, and says every event it declares",
    async check(hooks) {
      const { kinds, webhook } = hooks;
      const told = await hooks.deliver(await Promise.all(kinds.map((kind) => hooks.one({ kind }))));
      const given = new Set(told.flatMap(eventsOf).map(({ type }) => type));
      return [
        ...told.flatMap((one, index) => {
          const tool = kinds[index];
          if (one.value?.verdict !== "verified") return wrong(true, saidOf(one), tool);
          const { events, previous } = one.value;
          return [
            ...wrong(previous, "it is said to be proved by the secret before the newest", tool),
            ...wrong(events.length === 0, "it says no event", tool),
            ...events.flatMap((event) => misfit(event, webhook.secret.from === "app")).flatMap((text) => wrong(true, text, tool)),
          ];
        }),
        ...webhook.events.flatMap((type) => wrong(!given.has(type), `it declares ${type}, and nothing its emulator delivers says so`)),
      ];
    },
  },
  {
    name: "an event delivered again is the same event, and another is another",
    async check(hooks) {
      const later = Date.now() + DAY_MS; // a vendor may try for days
      const of = (round: number, ask: object) =>
        Promise.all(hooks.kinds.map((kind, index) => hooks.one({ kind, seed: round * 1000 + index, ...ask })));
      const first = await of(0, { entity: 1 });
      const anew = (await of(0, { entity: 1, at: later })).map((message) => ({ ...message, receivedAt: later }));
      const batches = [first, first, anew, await of(1, { entity: 2 })];
      const said = await Promise.all(batches.map(async (messages) => (await hooks.deliver(messages)).map(eventsOf)));
      const all = said[0]?.flat().map(({ id }) => id) ?? [];
      return [
        ...hooks.kinds.flatMap((kind, index) => {
          const [once = [], twice = [], resigned = [], another = []] = said.map((each) => each[index] ?? []);
          return retold(once, twice, resigned, another).flatMap((text) => wrong(true, text, kind));
        }),
        ...wrong(new Set(all).size < all.length, `two of its messages have one id: ${all.toSorted().join(", ")}`),
      ];
    },
  },
  {
    name: "a delivery that nothing can prove yet is kept for later",
    async check(hooks) {
      const message = await hooks.one();
      const nobody = { ...hooks.stage.held("valid"), connection: "nobody" };
      const check = async (proof: Proof) => judged(hooks, [{ name: "nothing is stored", message, wanted: "unverifiable" }], proof);
      switch (hooks.webhook.secret.from) {
        case "own":
          return [...(await check({ ...hooks.proof, secret: null })), ...(await check({ ...hooks.proof, secret: nobody }))];
        case "credential":
          return [...(await check({ connection: null, secret: null })), ...(await check({ connection: nobody, secret: null }))];
        case "app":
          return withoutApp(hooks, () => check(hooks.proof));
      }
    },
  },
  {
    name: "the secret before the newest counts until its overlap ends",
    async check(hooks) {
      if (hooks.webhook.secret.from !== "own") return [];
      const { secret, proof } = hooks;
      const other = "another-secret-of-the-same-contractor";
      const left = { ...proof, secret: await hooks.rotated([secret, other], HOUR_MS) };
      const came = { ...proof, secret: await hooks.rotated([other, secret], HOUR_MS) };
      const gone = { ...proof, secret: await hooks.rotated([secret, other, "a-third"], HOUR_MS) };
      const now = await hooks.one();
      const later: Message = { ...(await hooks.one({ at: Date.now() + 2 * HOUR_MS })), receivedAt: Date.now() + 2 * HOUR_MS };
      const [within, newest] = [await hooks.deliver([now], left), await hooks.deliver([now], came)];
      const previous = ([one]: typeof within) => (one?.value?.verdict === "verified" ? one.value.previous : saidOf(one ?? {}));
      return [
        ...wrong(previous(within) !== true, `the old secret, within the overlap: ${previous(within)} instead of verified by the previous`),
        ...wrong(previous(newest) !== false, `the new secret, within the overlap: ${previous(newest)} instead of verified by the newest`),
        ...(await judged(hooks, [{ name: "the old secret, after the overlap", message: later, wanted: "forged (signature)" }], left)),
        ...(await judged(hooks, [{ name: "the new secret, after the overlap", message: later, wanted: "verified" }], came)),
        ...(await judged(hooks, [{ name: "the last secret but two", message: now, wanted: "forged (signature)" }], gone)),
      ];
    },
  },
  {
    name: "a delivery too old or from the future is forged, where the vendor signs the time",
    async check(hooks) {
      const { window } = hooks.webhook;
      if (!window) return wrong(await signsTime(hooks), "its signature covers the time, and it declares no window");
      const now = Date.now();
      const oldest = now - window.maxAgeSeconds * 1000;
      const newest = now + window.maxAheadSeconds * 1000;
      const times: readonly (readonly [string, number, string])[] = [
        ["far too old", oldest - DAY_MS, "forged (stale)"],
        ["just too old", oldest - STEP_MS, "forged (stale)"],
        ["just not too old", oldest + STEP_MS, "verified"],
        ["just not too far ahead", newest - STEP_MS, "verified"],
        ["just too far ahead", newest + STEP_MS, "forged (future)"],
        ["far ahead", newest + DAY_MS, "forged (future)"],
      ];
      return judged(
        hooks,
        await Promise.all(
          times.map(async ([name, at, wanted]) => ({ name, wanted, message: { ...(await hooks.one({ at })), receivedAt: now } })),
        ),
      );
    },
  },
  {
    name: "the vendor's question whether the address is ours is answered, and nobody else's",
    async check(hooks) {
      const { challenge } = hooks.webhook;
      if (!challenge) return [];
      const asked = await hooks.one({ variant: "challenge" });
      const [told] = await hooks.deliver([asked]);
      const reply = told?.value?.verdict === "challenge" ? told.value.reply : undefined;
      const others = [
        { name: "asked with another secret", message: await hooks.one({ variant: "challenge", secret: "another-secret-altogether" }) },
        { name: "asked without a word", message: { ...asked, url: hooks.url, headers: {}, body: "" } },
      ];
      return [
        ...wrong(reply === undefined, `asked rightly: ${saidOf(told ?? {})} instead of challenge`),
        ...wrong(reply !== undefined && (reply.status !== 200 || reply.body === ""), `it answers ${reply?.status} ${reply?.body}`),
        ...(await judged(
          hooks,
          others.map((other) => ({ ...other, wanted: "forged" })),
        )),
      ];
    },
  },
  {
    name: "an effect whose answer was lost is proved by an event, where its events bear the key",
    async check(hooks) {
      const { stage, url, secret } = hooks;
      const { id, vendor } = stage.subject;
      const found: Violation[] = [];
      for (const action of vendor.actions.values()) {
        if (!action.echoed) continue;
        const fail = (text: string) => found.push({ tool: action.tool.id, text });
        const changes = async () => {
          const told = await stage.rig.sandbox("POST", "/changes", { vendor: id, url, secret, send: false });
          return hooks.deliver((told as { readonly messages: readonly Message[] }).messages);
        };
        await changes(); // of what was done before
        const idempotencyKey = freshKey();
        const input = await stage.input(action);
        stage.misbehave("commit then drop", await lastOf(stage, action));
        const lost = await stage.call(action, { input, idempotencyKey });
        stage.behave();
        if (lost.outcome?.ok !== false) fail(`a lost answer gave ${lost.threw ?? JSON.stringify(lost.outcome)}`);
        const proofs = (await changes()).flatMap(eventsOf).flatMap(({ proves }) => (proves ? [proves] : []));
        const proof = proofs.find(({ key }) => key === idempotencyKey);
        if (!proof) fail(`no event bears its key, but ${JSON.stringify(proofs)}`);
        else if (!action.tool.output.safeParse(proof.result).success) fail(`what it proves is no result: ${JSON.stringify(proof.result)}`);
      }
      return found;
    },
  },
  {
    name: "an event it looks up is found at the vendor, and one that never was is not",
    async check(hooks) {
      if (!hooks.webhook.confirm) return [];
      const found: Violation[] = [];
      for (const kind of hooks.kinds) {
        const [real] = (await hooks.deliver([await hooks.one({ kind })])).flatMap(eventsOf);
        const [invented] = (await hooks.deliver([await hooks.unheardOf(kind)])).flatMap(eventsOf);
        if (!real || !invented) continue; // another law says that it is not verified
        const [told, denied] = [await hooks.confirm(real), await hooks.confirm(invented)];
        const looked = told.value?.ok ? told.value.value : undefined;
        const value = looked && "id" in looked ? looked : undefined;
        found.push(
          ...wrong(
            value?.id !== real.id || value.type !== real.type || value.entity !== real.entity,
            `looked up, it is ${told.threw ?? JSON.stringify(told.value)}`,
            kind,
          ),
          ...wrong(
            denied.value?.ok !== true || denied.value.value !== null,
            `one that never was is ${denied.threw ?? JSON.stringify(denied.value)} instead of null`,
            kind,
          ),
        );
      }
      return found;
    },
  },
];

/** What of an event does not hold, beyond its schema's word. */
function misfit(event: VendorEvent, app: boolean): readonly string[] {
  try {
    parseEvent(event);
  } catch (error) {
    return [`its event does not fit: ${String(error)}`];
  }
  const { occurredAt, account, type } = event;
  return [
    ...(occurredAt !== undefined && Math.abs(occurredAt - Date.now()) > 2 * DAY_MS
      ? [`${type} happened at ${occurredAt}: are these milliseconds?`]
      : []),
    ...(app && account === undefined ? [`${type} names no account: one address takes the events of all contractors`] : []),
  ];
}

type Events = readonly VendorEvent[];
const namesOf = (events: Events): string => events.map(({ id, entity }) => `${id} of ${entity}`).join(", ");

/** What is wrong with an event that came, came again, came again signed anew, and with one about another thing. */
function retold(once: Events, twice: Events, resigned: Events, another: Events): readonly string[] {
  const bound = once.filter(({ entity }) => !entity.startsWith("account:")); // the account is the same for all
  return [
    ...(namesOf(once) === namesOf(twice) ? [] : [`delivered twice, it is ${namesOf(once)} and ${namesOf(twice)}`]),
    ...(namesOf(once) === namesOf(resigned) ? [] : [`signed anew and delivered again, it is ${namesOf(once)} and ${namesOf(resigned)}`]),
    ...once.filter(({ id }) => another.some((other) => other.id === id)).map(({ id }) => `another event has its id ${id}`),
    ...bound.filter(({ entity }) => another.some((other) => other.entity === entity)).map(({ entity }) => `two things are both ${entity}`),
  ];
}

/** Our app at the vendor, without its secret for as long as the check takes. */
async function withoutApp<T>({ stage: { rig, subject }, webhook }: Hooks, check: () => Promise<T>): Promise<T> {
  const fields = subject.emulator.credentials.platform ?? {};
  const proving = webhook.secret.from === "app" ? webhook.secret.field : "client_secret";
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== proving));
  await rig.admin.storePlatform({ vendor: subject.id, fields: rest });
  try {
    return await check();
  } finally {
    await rig.admin.storePlatform({ vendor: subject.id, fields });
  }
}

/** Whether the same words, signed at another time, have another proof. One that differs each time anyway says nothing of it. */
async function signsTime({ pushes, secret, url, kinds, one }: Hooks): Promise<boolean> {
  const { headers, body } = await one({ kind: kinds[0] });
  const [type, id, now] = [headers["content-type"] ?? "application/json", "0123456789abcdef".repeat(2), Date.now()];
  const parts = async (at: number, by: string): Promise<Readonly<Record<string, string>>> => {
    const push = await pushes.sign({ url, type, body, secret: by, now: at, id });
    return { ...push.headers, "the body": push.body };
  };
  const [first, again, later, other] = await Promise.all([
    parts(now, secret),
    parts(now, secret),
    parts(now + HOUR_MS, secret),
    parts(now, anotherSecret(secret)),
  ]);
  const isProof = (name: string) => first[name] === again[name] && first[name] !== other[name];
  return Object.keys(first).some((name) => isProof(name) && first[name] !== later[name]);
}
