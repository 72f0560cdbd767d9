/** Laws of what leaves: where a caller's values may stand, what must never be in it, and which verbs. */
import type { Behaviour, Sent } from "../egress.ts";
import type { Law, Violation } from "../law.ts";
import { inputSchema, least } from "../samples.ts";
import type { Attempted, Stage } from "../stage.ts";

/** What someone who wants out of a path, a parameter or a header would write. */
const HOSTILE = [
  "../../../v1/other",
  "..",
  "%2e%2e%2f%2e%2e%2fother",
  "%2E%2E",
  "a/b",
  "a?admin=true&x=y",
  "a#fragment",
  "a&amount=1&b=c",
  "a\r\nX-Injected: 1",
  'a","injected":"1',
  "a[b]=c",
  "https://elsewhere.example/",
];
const INNOCENT = "innocentvalue";

export const REQUEST_LAWS: readonly Law<Stage>[] = [
  {
    name: "each action answers its sample, and no more than its output schema says",
    async check(stage) {
      const violations: Violation[] = [];
      for (const action of stage.subject.vendor.actions.values()) {
        const { tool } = action;
        for (const shorten of [false, true]) {
          const whole = await stage.input(action);
          const { outcome, threw, sent } = await stage.call(action, { input: shorten ? least(action, whole) : whole });
          const fail = (text: string) => violations.push({ tool: tool.id, text: `${shorten ? "least" : "whole"} sample: ${text}` });
          if (!outcome?.ok) fail(threw ?? JSON.stringify(outcome));
          else if (JSON.stringify(tool.output.parse(outcome.value)) !== JSON.stringify(outcome.value))
            fail(`gives more than its output schema: ${JSON.stringify(outcome.value)}`);
          if (sent.length === 0) fail("sends nothing");
        }
      }
      return violations;
    },
  },
  {
    name: "a caller's text stays in its own segment, parameter or field",
    async check(stage) {
      const violations: Violation[] = [];
      for (const action of stage.subject.vendor.actions.values()) {
        const input = await stage.input(action);
        for (const name of texts(inputSchema(action.tool.input))) {
          const with_ = (value: string) => ({ ...input, [name]: value });
          if (!action.tool.input.safeParse(with_(INNOCENT)).success) continue; // the contract itself bounds the field
          const innocent = (await stage.call(action, { input: with_(INNOCENT) })).sent.map((sent) => shape(sent, INNOCENT));
          for (const hostile of HOSTILE) {
            if (!action.tool.input.safeParse(with_(hostile)).success) continue;
            const { outcome, threw, sent } = await stage.call(action, { input: with_(hostile) });
            const fail = (text: string) => violations.push({ tool: action.tool.id, text: `${name} = ${JSON.stringify(hostile)} ${text}` });
            if (!outcome) fail(`made the Worker throw ${threw}`);
            if (sent.length === 0 && outcome?.ok !== false) fail("sent nothing, and was not refused");
            sent.forEach((one, at) => {
              const is = shape(one, hostile);
              if (innocent[at] !== undefined && is !== innocent[at]) fail(`changed request ${at + 1} from ${innocent[at]} to ${is}`);
            });
          }
        }
      }
      return violations;
    },
  },
  {
    name: "reads only GET",
    async check(stage) {
      const violations: Violation[] = [];
      for (const { name, action, attempt } of stage.errands) {
        if (action !== undefined && action.tool.effect !== "read") continue;
        const input = action && (await stage.input(action));
        const { sent } = await attempt(input && { input });
        for (const { method, path } of sent) if (method !== "GET") violations.push({ tool: name, text: `sends ${method} ${path}` });
      }
      return violations;
    },
  },
  {
    name: "no secret is in an output, an error, a log or an address",
    async check(stage) {
      const violations: Violation[] = [];
      const look = (tool: string, where: string, text: string) => {
        const found = stage.secrets.find((secret) => text.includes(secret));
        if (found !== undefined)
          violations.push({ tool, text: `${where} holds a secret (…${found.slice(-4)}): ${shown(text, stage.secrets)}` });
      };
      for (const { name, action, attempt } of stage.errands) {
        for (const [how, behaviour] of Object.entries(TELLTALE)) {
          const input = action && (await stage.input(action));
          stage.misbehave(behaviour(stage));
          const attempted = await attempt(input && { input });
          stage.behave();
          look(name, `what it gives back (${how})`, JSON.stringify([attempted.outcome, attempted.threw]));
          for (const url of addresses(stage, attempted)) look(name, "an address", url);
        }
      }
      for (const line of stage.rig.logs) look("log", "a line", line);
      return violations;
    },
  },
];

/** Vendors that repeat what they were sent, or the key they refuse. */
const TELLTALE: Readonly<Record<string, (stage: Stage) => (sent: Sent) => Behaviour>> = {
  "all well": () => () => "pass",
  "a 401 that repeats the request": () => (sent) => echo(401, sent, []),
  "a 400 that repeats the request and the key": (stage) => (sent) => echo(400, sent, known(stage, sent)),
  "a 200 that repeats the request and the key": (stage) => (sent) => echo(200, sent, known(stage, sent)),
  "an answer whose every text ends in the key": (stage) => (sent) => (passed) => ({
    ...passed,
    status: 400,
    body: passed.body.replaceAll(/":\s*"([^"]*)"/g, (_, text: string) => `":${JSON.stringify(`${text} ${known(stage, sent).join(" ")}`)}`),
  }),
};

/** The secrets a vendor knows of the account that asks: its credential, and what came in the header. */
function known({ subject, secrets }: Stage, { headers }: Sent): readonly string[] {
  const mine = Object.values(subject.emulator.credentials.valid);
  return secrets.filter((secret) => mine.includes(secret) || [...headers.values()].some((value) => value.includes(secret)));
}

function echo(status: number, sent: Sent, secrets: readonly string[]): Behaviour {
  const message = `you sent ${sent.method} ${sent.url} ${[...sent.headers].map((pair) => pair.join(": ")).join(", ")} ${sent.body} ${secrets.join(" ")}`;
  const body = { message, error_message: message, status: "REQUEST_DENIED", error: { message }, errors: [{ message }] };
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The URLs it used, without the parameter where the vendor itself wants its key. */
function addresses({ subject }: Stage, { sent }: Attempted): readonly string[] {
  const { auth } = subject.vendor.manifest;
  return sent.map(({ url, host }) => {
    const scheme = auth.scheme === "by_host" ? auth.hosts[host] : auth;
    const address = new URL(url);
    if (scheme?.scheme === "query") address.searchParams.delete(scheme.name);
    return address.href;
  });
}

const shown = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((clean, secret) => clean.replaceAll(secret, "••••"), text).slice(0, 300);

function texts(schema: Readonly<Record<string, unknown>>): readonly string[] {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Record<string, unknown>>);
  return properties.filter(([, of]) => of["type"] === "string" && of["enum"] === undefined).map(([name]) => name);
}

/** A request's structure, the caller's value taken out of every place where it stands decoded. */
function shape(sent: Sent, value: string): string {
  const blank = (text: string) => text.replaceAll(value, "§").replaceAll(value.toLowerCase(), "§");
  const pairs = (params: URLSearchParams) => [...params].map(([name, text]) => `${name}=${blank(text)}`).sort();
  const path = sent.path.split("/").map((segment) => blank(decodeURIComponent(segment)).replace("/", "∕"));
  const names = [...sent.headers].map(([name]) => name).filter((name) => name !== "content-length");
  const form = (sent.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  const body = sent.body === "" ? "" : form ? pairs(new URLSearchParams(sent.body)) : blankJson(JSON.parse(sent.body), blank);
  return JSON.stringify([sent.method, sent.host, path, pairs(sent.query), names, body], (key, item: unknown) =>
    key === "" ? item : volatile(item),
  );
}

/** What differs from one attempt to the next by itself: idempotency keys. */
const volatile = (item: unknown): unknown => (typeof item === "string" ? item.replaceAll(/[0-9a-f]{64}/g, "‹key›") : item);

function blankJson(value: unknown, blank: (text: string) => string): unknown {
  if (typeof value === "string") return blank(value);
  if (Array.isArray(value)) return value.map((item) => blankJson(item, blank));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, blankJson(item, blank)]));
}
