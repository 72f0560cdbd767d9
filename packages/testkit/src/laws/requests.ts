/** Laws of what leaves: where a caller's values may stand, what must never be in it, and which verbs. */
import type { Known, Plain } from "../behaviour.ts";
import type { Law, Violation } from "../law.ts";
import { inputSchema, least } from "../samples.ts";
import type { Sent } from "../sent.ts";
import type { Attempted, Stage } from "../stage.ts";

/**
 * What someone who wants out of a path, a parameter or a header would write: several ways out at once, since each try costs a call. Where
 * a contract refuses a text that has them all, each is tried by itself.
 */
const HOSTILE: readonly (readonly [string, ...string[]])[] = [
  ["../../../v1/other"],
  [".."],
  ["%2E%2e%2f%2e%2e%2fother", "%2E%2E"],
  ['a/b?admin=true&x=y#fragment&amount=1&b[c]=d","injected":"1', "a/b", "a?admin=true&x=y", "a#fragment", "a&amount=1&b=c", "a[b]=c"],
  ["a\r\nX-Injected: 1"],
  ["https://elsewhere.example/"],
];
/** Those of them that the contract lets through. */
const hostileTo = (admits: (text: string) => boolean): readonly string[] =>
  HOSTILE.flatMap(([whole, ...parts]) => (admits(whole) ? [whole] : parts.filter(admits)));
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
          const admits = (value: string) => action.tool.input.safeParse(with_(value)).success;
          if (!admits(INNOCENT)) continue; // the contract itself bounds the field
          const innocent = (await stage.call(action, { input: with_(INNOCENT) })).sent.map((sent) => shape(sent, INNOCENT));
          // What differs between two innocent attempts differs by itself: ids the vendor made for an earlier request.
          let second: Promise<readonly Shape[]> | undefined;
          const again = () => {
            second ??= stage.call(action, { input: with_(INNOCENT) }).then(({ sent }) => sent.map((one) => shape(one, INNOCENT)));
            return second;
          };
          for (const hostile of hostileTo(admits)) {
            const { outcome, threw, sent } = await stage.call(action, { input: with_(hostile) });
            const fail = (text: string) => violations.push({ tool: action.tool.id, text: `${name} = ${JSON.stringify(hostile)} ${text}` });
            if (!outcome) fail(`made the Worker throw ${threw}`);
            if (sent.length === 0 && outcome?.ok !== false) fail("sent nothing, and was not refused");
            for (const [at, one] of sent.entries()) {
              const [first, odd] = [innocent[at], shape(one, hostile)];
              if (changes(first, first, odd).length === 0) continue;
              for (const change of changes(first, (await again())[at], odd)) fail(`in request ${at + 1} ${change}`);
            }
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
const TELLTALE: Readonly<Record<string, (stage: Stage) => Plain>> = {
  "all well": () => "pass",
  "a 401 that repeats the request": () => ({ odd: "echo", status: 401, known: { secrets: [], fields: [] } }),
  "a 400 that repeats the request and the key": (stage) => ({ odd: "echo", status: 400, known: known(stage) }),
  "a 200 that repeats the request and the key": (stage) => ({ odd: "echo", status: 200, known: known(stage) }),
  "an answer whose every text ends in the key": (stage) => ({ odd: "telltale", status: 400, known: known(stage) }),
};

/** The secrets a vendor knows of the account that asks: its credential, and what comes in the header. */
function known({ subject, secrets }: Stage): Known {
  const { auth } = subject.vendor.manifest;
  // Long refreshed: the header has today's. And a refresh token that rotates was spent by that.
  const { access_token: _, refresh_token, ...mine } = subject.emulator.credentials.valid;
  const stable = auth.scheme === "oauth2" && auth.refreshToken === "stable" && refresh_token !== undefined;
  return { secrets, fields: [...Object.values<string>(mine), ...(stable ? [refresh_token] : [])] };
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

type Shape = ReadonlyMap<string, string>;

/** Where each value of a request stands → the value, the caller's own taken out of it. */
function shape(sent: Sent, value: string): Shape {
  const names = [...sent.headers].map(([name]) => name).filter((name) => name !== "content-length");
  const whole = {
    method: sent.method,
    host: sent.host,
    path: sent.path.split("/").map(decodeURIComponent),
    query: [...sent.query].sort(),
    headers: names.sort(),
    body: sent.body === "" ? "" : sent.form ? [...sent.form].sort() : content(sent),
  };
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const forms = [value, value.toLowerCase(), value.replaceAll("\r\n", "\n"), Buffer.from(value).toString("base64"), html];
  return new Map(leaves(whole).map(([at, text]) => [at, forms.reduce((rest, form) => rest.replaceAll(form, "§"), text)]));
}

/** What a body says, each value by itself; a body of a type not known here is one value. */
function content({ headers, body }: Sent): unknown {
  const type = headers.get("content-type") ?? "";
  if (/\bjson\b/.test(type)) return JSON.parse(body) as unknown;
  if (!type.startsWith("text/calendar")) return body;
  const lines = body.replaceAll(/\r\n[ \t]/g, "").split(/\r\n|\r|\n/); // a bare line break ends a line for many a reader
  const written = lines.filter((line) => !/^(DTSTAMP|LAST-MODIFIED):\d{8}T\d{6}Z$/.test(line)); // the clock's, which goes on
  return written.map((line) => line.replaceAll(/\\(.)/g, (_, escaped: string) => (/n/i.test(escaped) ? "\n" : escaped)));
}

/** A document within a value: its tags and its texts, each by itself and as its reader understands it. */
const inXml = (document: string): readonly string[] =>
  document.split(/(<[^>]*>)/).map((part) => part.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? ""));
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function leaves(value: unknown, at = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string" && /^<\?xml[^>]*>./s.test(value)) return leaves(inXml(value), at);
  if (typeof value !== "object" || value === null) return [[at, String(value)]];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, `${at}/${name}`));
}

function changes(innocent: Shape | undefined, again: Shape | undefined, hostile: Shape): readonly string[] {
  if (!innocent || !again) return []; // the innocent attempt ended earlier
  const places = new Set([...innocent.keys(), ...hostile.keys()]);
  return [...places]
    .filter((at) => innocent.get(at) !== hostile.get(at) && innocent.get(at) === again.get(at))
    .map((at) => `${at} is ${JSON.stringify(hostile.get(at))} where it was ${JSON.stringify(innocent.get(at))}`);
}
