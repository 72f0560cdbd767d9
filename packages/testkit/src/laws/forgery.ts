/** Laws of a vendor's webhook: what is not the vendor's proves nothing, and whatever comes, the Worker does not break. */
import { anotherSecret, respaced, type SignedPush, withAnotherCharacter } from "@junction/sandbox";
import { type Case, eventsOf, type Hooks, judged, type Message, saidOf } from "../hooks.ts";
import type { Law, Violation } from "../law.ts";
import { wrong } from "./source.ts";

/** A vendor may be exempt from it only if it looks its events up. */
export const TAMPERING = "a delivery changed after it was signed is forged";

const LARGE = 5_000_000;
const forged = (name: string, message: Message): Case => ({ name, message, wanted: "forged (signature)" });

export const FORGERY_LAWS: readonly Law<Hooks>[] = [
  {
    name: TAMPERING,
    async check(hooks) {
      const found: Violation[] = [];
      for (const kind of hooks.kinds) {
        const message = await hooks.one({ kind, entity: 1 });
        const [other, proof] = [await hooks.one({ kind, entity: 2 }), await proofOf(hooks, kind)];
        const cases = [
          ...changed(message.body).map(([how, body]) => forged(how, { ...message, body })),
          ...(proof.length > 0
            ? [forged("with another's proof", { ...other, headers: { ...other.headers, ...pick(message, proof) } })]
            : []),
        ];
        found.push(...(await judged(hooks, cases)).map((one) => ({ ...one, tool: kind })));
      }
      return found;
    },
  },
  {
    name: "a delivery signed with another secret is forged",
    async check(hooks) {
      const { webhook, secret, proof, stage } = hooks;
      const wrongly = await Promise.all(hooks.kinds.map((kind) => hooks.one({ kind, variant: "wrong_secret" })));
      const found = [
        ...(await judged(
          hooks,
          wrongly.map((message) => forged(`${message.kind}, signed with another`, message)),
        )),
      ];
      const cases = [forged("where the vault has another", await hooks.one())];
      if (webhook.secret.from === "own") {
        for (const stored of [anotherSecret(secret), "x", "no key at all, and of no format", "whsec_%%%", "\u0000"]) {
          found.push(...(await judged(hooks, cases, { ...proof, secret: await hooks.rotated([stored], 0) })));
        }
      }
      const { valid, wrong: other } = stage.subject.emulator.credentials;
      const field = webhook.secret.from === "credential" ? webhook.secret.field : "";
      if (other[field] !== undefined && other[field] !== valid[field])
        found.push(...(await judged(hooks, cases, { connection: stage.held("wrong"), secret: null })));
      return found;
    },
  },
  {
    name: "a delivery without its proof, or with a broken one, is forged",
    async check(hooks) {
      const message = await hooks.one();
      const proof = await proofOf(hooks, message.kind);
      const bare = Object.fromEntries(Object.entries(message.headers).filter(([name]) => name.toLowerCase() === "content-type"));
      const as = (how: (value: string) => string): Message => ({
        ...message,
        headers: { ...message.headers, ...Object.fromEntries(proof.map((name) => [name, how(message.headers[name] ?? "")])) },
      });
      const bodies = ["", "{}", "not json {", "a=b"];
      return judged(hooks, [
        ...bodies.map((body) => forged(`${body.length} bytes and no proof`, { ...message, url: hooks.url, headers: bare, body })),
        forged("no headers", { ...message, url: hooks.url, headers: {}, body: "" }),
        ...(message.url === hooks.url
          ? []
          : [forged("its address as it was before the vendor added to it", { ...message, url: hooks.url })]),
        ...(proof.length === 0
          ? []
          : [
              forged("its proof taken off", { ...message, headers: bare }),
              forged("its proof with one character changed", as(withAnotherCharacter)),
              forged(
                "its proof cut short",
                as((value) => value.slice(0, value.length >> 1)),
              ),
              ...["", "x", "=", ",", "v1=", "t=0,v1=", "v1,", "sha256=", "Bearer ", "\u{1f511}", "0".repeat(100_000)].map((value) =>
                forged(
                  `a proof such as ${JSON.stringify(value.slice(0, 10))}`,
                  as(() => value),
                ),
              ),
            ]),
      ]);
    },
  },
  {
    name: "only a POST is a delivery",
    async check(hooks) {
      const message = await hooks.one();
      return judged(
        hooks,
        ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post"].map((method) => forged(method, { ...message, method })),
      );
    },
  },
  {
    name: "a body that is none of the vendor's says no event, however well it is signed, and never breaks it",
    async check(hooks) {
      const found: Violation[] = [];
      for (const [index, kind] of hooks.kinds.entries()) {
        const message = await hooks.one({ kind });
        const inBody = await provedByBody(hooks, kind);
        const type = message.headers["content-type"] ?? message.headers["Content-Type"] ?? "application/json";
        const garbage = index === 0 ? GARBAGE : [];
        const [samples, near] = [await signedAll(hooks, type, garbage), await signedAll(hooks, type, mangled(message.body))];
        const told = await hooks.deliver([...samples, ...near].map(({ message }) => message));
        for (const [at, one] of told.entries()) {
          const { name, body } = samples[at] ?? near[at - samples.length] ?? { name: "", body: "" };
          const verdict = one.value?.verdict;
          const strict = body === NO_JSON && respaced(message.body) !== null;
          const taken = verdict === "unreadable" || (verdict === "verified" && !strict) || (verdict === "forged" && inBody);
          const told = at < samples.length ? eventsOf(one) : [];
          found.push(
            ...wrong(!taken, `${name}: ${saidOf(one)} instead of unreadable`, kind),
            ...wrong(told.length > 0, `${name}: says ${told.map(({ type }) => type).join(", ")}`, kind),
          );
        }
      }
      return found;
    },
  },
];

/** One message, rightly signed and with another secret. */
async function twoHands(hooks: Hooks, kind: string): Promise<readonly [SignedPush, SignedPush]> {
  const ask = { kind, seed: 7, at: Date.now() };
  return [await hooks.one(ask), await hooks.one({ ...ask, variant: "wrong_secret" })];
}
/** The headers that bear the signature. */
async function proofOf(hooks: Hooks, kind: string): Promise<readonly string[]> {
  const [right, wrongly] = await twoHands(hooks, kind);
  return Object.keys(right.headers).filter((name) => right.headers[name] !== wrongly.headers[name]);
}
/** Whether the signature stands in the body, so that one that cannot be read has none. */
async function provedByBody(hooks: Hooks, kind: string): Promise<boolean> {
  const [right, wrongly] = await twoHands(hooks, kind);
  return right.body !== wrongly.body;
}

const pick = ({ headers }: SignedPush, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));

/** A body changed in each of several ways, with what was done. */
function changed(body: string): readonly (readonly [string, string])[] {
  const parts = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.floor(share * body.length));
  const inPart = parts.slice(0, -1).flatMap((from, index) => {
    const part = body.slice(from, parts[index + 1]);
    return /[0-9a-zA-Z]/.test(part) ? [body.slice(0, from) + withAnotherCharacter(part) + body.slice(parts[index + 1])] : [];
  });
  const written = respaced(body);
  return [
    ...inPart.map((text, quarter) => [`one character changed in quarter ${quarter + 1}`, text] as const),
    ["one character more", `${body}x`],
    ...(body === "" ? [] : [["one character less", body.slice(0, -1)] as const, ["its body taken off", ""] as const]),
    ...(written === null || written === body ? [] : [["its JSON written anew", written] as const]),
  ];
}

const NO_JSON = "not json {";
const GARBAGE: readonly string[] = [
  ...["", " ", "null", "true", "0", "[]", "{}", "[null]", '"text"', NO_JSON, "\u0000\u0001", "a=b&c=d", "%", "--x\r\n\r\n--x--"],
  ...['{"__proto__":{"type":"x"}}', '{"type":null,"data":null,"event":7}', "[".repeat(20_000), `{"x":"${"x".repeat(LARGE)}"}`],
];

/** The body with each of its fields in turn missing, or of another type, or far too long. */
function mangled(body: string): readonly string[] {
  const LONG = "x".repeat(20_000);
  if (respaced(body) !== null) {
    const whole: unknown = JSON.parse(body);
    return some(pathsOf(whole)).flatMap((path) =>
      [undefined, null, 12.5, LONG].map((value) => JSON.stringify(replaced(whole, path, value)) ?? ""),
    );
  }
  return some([...new Set(new URLSearchParams(body).keys())]).flatMap((name) =>
    [undefined, "", LONG, "\u0000", "-1"].map((value) => {
      const fields = new URLSearchParams(body);
      if (value === undefined) fields.delete(name);
      else fields.set(name, value);
      return fields.toString();
    }),
  );
}

/** At most so many, from all over. */
const some = <T>(all: readonly T[]): readonly T[] => all.filter((_, index) => index % Math.ceil(all.length / 12) === 0);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, under: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || under.length > 4) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [[...under, key], ...pathsOf((value as Record<string | number, unknown>)[key], [...under, key])]);
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const below = replaced((value as Record<string | number, unknown>)[key], rest, by);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? below : item));
  return { ...(value as object), [key]: below };
}

interface Signed {
  readonly name: string;
  readonly body: string;
  readonly message: Message;
}
async function signedAll(hooks: Hooks, type: string, bodies: readonly string[]): Promise<readonly Signed[]> {
  const signed = await Promise.all(bodies.map(async (body) => ({ body, message: await hooks.sign(type, body) })));
  return signed.flatMap(({ body, message }) => (message ? [{ name: JSON.stringify(body.slice(0, 200)), body, message }] : []));
}
