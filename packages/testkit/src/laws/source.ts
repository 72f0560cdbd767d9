/** Laws that hold of a vendor's file as it is written. */
import type { Law, Violation } from "../law.ts";
import type { Subject } from "../subject.ts";

const MOST_LINES = 150;

/** What a vendor's file leaves to the kit, dispatch and the gateway. */
const NOT_HERE: readonly (readonly [RegExp, string])[] = [
  [/\bfetch\b/, "fetch: an action asks `http`"],
  [/\bnew (Request|Headers|URL|XMLHttpRequest|WebSocket)\b/, "the platform's own request types: an action asks `http`"],
  [/\bAuthorization\b/i, "Authorization: the manifest's `auth` says it"],
  [/(["'`])(Bearer|Basic|Token) /, "an authentication scheme: the manifest's `auth` says it"],
  [/\b(try|catch|finally)\s*[({]/, "try/catch: every failure is one of the closed outcomes already"],
  [/\bstatus(Code)?\s*([<>]=?|!==?)\s*\d/, "a status check: differences are listed in `errors.codes` or `accept`"],
  [/\b(setTimeout|setInterval|scheduler)\b/, "a timer: dispatch decides what is tried again"],
  [/\bretr(y|ies|ying)\w*\s*[(=:]/i, "a retry: dispatch decides what is tried again"],
  [/\b(isError|structuredContent|readOnlyHint|destructiveHint)\b/, "MCP's words: the tool's `effect` is all it says"],
  [
    /\b(process\.|env\b|import\.meta\b|globalThis\b|eval\b|Function\b)/,
    "its surroundings: a vendor has its manifest, its input and `http`",
  ],
  [/\bconsole\b/, "console: a log is no place for what a vendor said"],
  [/\bas (any|never|unknown)\b|\bas Path\b|@ts-(ignore|expect-error|nocheck)|:\s*any\b/, "a way round the types"],
];
/** What a webhook's file leaves to the kit. A secret is compared in one way alone, since what takes longer the more of it is right gives it away. */
const NOT_IN_A_WEBHOOK: readonly (readonly [RegExp, string])[] = [
  [/[!=]==?\s*(secret|mac|expected|wanted|token)\b(?!\s*[.(])/, "a secret compared by ===: use `same`"],
  [/\b(secret|mac|expected|wanted|token)\s*[!=]==?\s*(?!(undefined|null)\b|"")/, "a secret compared by ===: use `same`"],
  [/\bcrypto\b|\btimingSafeEqual\b/, "cryptography of its own: use `hmac`, `digest` or `ecdsa`"],
  [/\bJSON\.stringify\b/, "JSON written anew: a signature covers the bytes that came"],
  [/\bfetch\s*\(|\bconsole\s*\./, "fetch or console: `confirm` asks `http`, and a log is no place for what a vendor said"],
];
const IMPORTS = /^(@junction\/(kit|tools)|zod\/mini|\.\/[\w-]+(\/[\w-]+)*\.ts)$/;

export const SOURCE_LAWS: readonly Law<Subject>[] = [
  {
    name: "its id is its folder's name",
    check: ({ id, folder, vendor, emulator }) => [
      ...wrong(vendor.manifest.id !== folder, `the manifest says ${vendor.manifest.id}, the folder ${folder}`),
      ...wrong(id !== folder, `the file is ${id}.ts, the folder ${folder}`),
      ...wrong(emulator.vendor !== folder, `the emulator says ${emulator.vendor}, the folder ${folder}`),
    ],
  },
  {
    name: `its file has at most ${MOST_LINES} lines`,
    check: ({ source }) => {
      const lines = source.trimEnd().split("\n").length;
      return wrong(lines > MOST_LINES, `${lines} lines: split it by resource`);
    },
  },
  {
    name: "its file holds nothing that is the kit's work",
    check: ({ source }) => holding(source, NOT_HERE),
  },
  {
    name: "its webhook is proved by the kit's means alone",
    check: ({ source, vendor, webhookSource }) => (vendor.webhook ? holding(webhookSource || source, NOT_IN_A_WEBHOOK) : []),
  },
  {
    name: "its file imports the kit, the tools, zod and its own folder alone",
    check: ({ source }) =>
      [...withoutComments(source).matchAll(/\bfrom\s+["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g)]
        .map((found) => found[1] ?? found[2] ?? "")
        .filter((name) => !IMPORTS.test(name) || name.includes(".."))
        .map((name) => ({ text: `imports ${name}` })),
  },
];

function holding(source: string, patterns: typeof NOT_HERE): readonly Violation[] {
  const code = withoutComments(source);
  return patterns.flatMap(([pattern, why]) => {
    const found = pattern.exec(code);
    return found ? [{ text: `has ${JSON.stringify(found[0])}: ${why}` }] : [];
  });
}

/** Comments may name what the code must not have. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;,{(])\/\/[^\n]*/g, "$1");
}

export const wrong = (broken: boolean, text: string, tool?: string): readonly Violation[] =>
  broken ? [{ text, ...(tool !== undefined && { tool }) }] : [];
