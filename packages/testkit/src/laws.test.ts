/** Each law can be broken: a vendor that breaks them all is caught by every one, for the reason it was made for. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  describedLaw,
  description,
  type Hooks,
  loadSubject,
  openHooks,
  openStage,
  RESTING_LAWS,
  type Rig,
  type Stage,
  startRig,
  verdict,
  WEBHOOK_LAWS,
  WORKING_LAWS,
} from "./index.ts";
import { member } from "./rig.ts";

const crooked = member(join(import.meta.dirname, "testing/crooked/crooked.ts"), "crooked");
const subject = await loadSubject(crooked);

let rig: Rig;
let stage: Stage;
let hooks: Hooks;
beforeAll(async () => {
  rig = await startRig([crooked]);
  stage = await openStage(rig, subject);
  hooks = await openHooks(stage);
});
afterAll(() => rig.dispose());

/** What a law must say of the crooked vendor, at the least. */
const CAUGHT: Readonly<Record<string, readonly string[]>> = {
  "its file holds nothing that is the kit's work": ["try/catch", "console", "a way round the types"],
  "its webhook is proved by the kit's means alone": [
    '"=== secret"',
    '"token === "',
    "cryptography of its own",
    "JSON written anew",
    "fetch or console",
  ],
  "its file imports the kit, the tools, zod and its own folder alone": ["imports node:fs", "imports ../twilio/twilio.ts"],
  "its schemas are objects every MCP client can read": ["elsewhere/stray: its output cannot be written as JSON Schema", "unknown fields"],
  "its tools and their input fields are described": [
    "mute_note: its description has 10",
    "mute_note: its title",
    "name has no description",
  ],
  "its tools are the trade's, or its own by name": ["elsewhere/stray is neither"],
  "its manifest is whole and agrees with itself": ["no bare host name", "does not play", "a scope nobody declared"],
  "its form takes its emulator's credentials": ["api_key of the set empty is refused"],
  "its effects can be tried again or looked up after a lost answer": ["burn_notes"],
  "each action answers its sample, and no more than its output schema says": [
    "burn_notes: whole sample: Error: Error: a bug",
    "stray: whole sample: sends nothing",
  ],
  "a caller's text stays in its own segment, parameter or field": [
    'get_note: text = "../../../v1/other"',
    'text = "a/b?admin=true',
    "/query/0/0",
  ],
  "reads only GET": ["search_notes: sends POST /v1/search", "test: sends POST /v1/notes"],
  "no secret is in an output, an error, a log or an address": [
    "search_notes: what it gives back",
    "search_notes: an address",
    "log: a line",
  ],
  "the test call passes a good credential, refuses a wrong one, and changes nothing": [
    "whose account",
    "a wrong credential gave",
    "had an effect",
  ],
  "an idempotent action done twice under one key is done once": [
    "add_note: the second attempt gave",
    "add_note: the second attempt had an effect",
  ],
  "a probe finds what was done, and nothing where nothing was": ["send_note: before anything was sent", "send_note: it took an older one"],
  "a slow answer is an answer": ["watch_notes: gave Error: Error: it took too long"],
  "a list without end is not followed without end": ["watch_notes: "],
  "a vendor whose clock is ten minutes ahead is a vendor like any other": ["watch_notes: gave Error: Error: its clock is wrong"],
  "the vendor's other way to say too many requests is RateLimited": ['{"kind":"PermissionError"} instead of RateLimited'],
  "its webhook is explained, and its emulator delivers what it takes": [
    "setup has 9 characters",
    "declares an event twice",
    "acknowledges with 500",
    "its secret is not explained",
    "does not fit its pattern",
  ],
  "what it signs the time of is taken for an hour at most": ["maxAgeSeconds is 86400", "maxAheadSeconds is 0"],
  "where its signature covers too little, each event is looked up": ["and it has no confirm"],
  "what it delivers is verified, and says every event it declares": ["are these milliseconds?", "it declares payment.failed"],
  "an event delivered again is the same event, and another is another": ["delivered twice", "signed anew", "two things are both payment:1"],
  "the secret before the newest counts until its overlap ends": ["the last secret but two: verified", "after the overlap: verified"],
  "a delivery too old or from the future is forged, where the vendor signs the time": ["just too old: verified", "far ahead: verified"],
  "the vendor's question whether the address is ours is answered, and nobody else's": ["asked with another secret: challenge"],
  "an effect whose answer was lost is proved by an event, where its events bear the key": ["send_note: no event bears its key"],
  "an event it looks up is found at the vendor, and one that never was is not": ["one that never was is"],
  "a delivery changed after it was signed is forged": ["one character changed in quarter 4", "JSON written anew", "with another's proof"],
  "a delivery signed with another secret is forged": ["paid, signed with another: verified", "where the vault has another: verified"],
  "a delivery without its proof, or with a broken one, is forged": ["its proof taken off: verified", "no headers: "],
  "only a POST is a delivery": ["GET: challenge"],
  "a body that is none of the vendor's says no event, however well it is signed, and never breaks it": [
    '"null": it threw TypeError',
    "says payment.succeeded",
  ],
};
/** No vendor can break it: the kit decides. */
const KITS = "a delivery that nothing can prove yet is kept for later";
const SWALLOWED = ["search_notes: ", "it went on as if all were well"];

const { webhook, ...plain } = subject.vendor;
if (!webhook) throw new Error("the crooked vendor has a webhook");
const { confirm: _, ...blind } = webhook;
const bad = {
  ...subject,
  webhookSource: `verify: ({ body }, secret) => JSON.stringify(body) === secret || token === crypto.randomUUID() || fetch("x")`,
  source: `import { readFileSync } from "node:fs";\nimport twilio from "../twilio/twilio.ts";\n${subject.source}${"\n// more".repeat(100)}`,
  emulator: { ...subject.emulator, credentials: { ...subject.emulator.credentials, empty: {} } },
  vendor: { ...plain, webhook: blind },
  contract: {
    ...subject.contract,
    exempt: [{ law: "a delivery changed after it was signed is forged", reason: "its signature covers nothing" }],
  },
};
const at = (folder: string) => ({ ...bad, folder });

describe("the crooked vendor is caught where", () => {
  for (const law of RESTING_LAWS) {
    test(law.name, async () => {
      const said = verdict(law.name, await law.check(at("straight")), { exempt: [] }).join("\n");
      expect(said).not.toBe("");
      for (const words of CAUGHT[law.name] ?? []) expect(said).toContain(words);
    });
  }
  for (const law of WORKING_LAWS) {
    test(law.name, async () => {
      const said = verdict(law.name, await law.check(stage), { exempt: [] }).join("\n");
      for (const words of CAUGHT[law.name] ?? SWALLOWED) expect(said).toContain(words);
    });
  }
  for (const law of WEBHOOK_LAWS.filter(({ name }) => name !== KITS)) {
    test(law.name, async () => {
      const said = verdict(law.name, await law.check(hooks), { exempt: [] }).join("\n");
      expect(said).not.toBe("");
      for (const words of CAUGHT[law.name] ?? []) expect(said).toContain(words);
    });
  }
  test(`${KITS}, if the kit would have it otherwise`, async () => {
    const [law] = WEBHOOK_LAWS.filter(({ name }) => name === KITS);
    const believing: Hooks = { ...hooks, deliver: async () => [{ value: { verdict: "verified", events: [], previous: false } }] };
    expect(await law?.check(believing)).toHaveLength(2);
  });
  test("its requests are held against its description", async () => {
    const published = description({
      openapi: "3.1.0",
      servers: [{ url: "https://api.crooked.example" }],
      paths: {
        "/v1/search": {
          post: { requestBody: { content: { "application/json": { schema: { type: "object", properties: { words: {} } } } } } },
        },
        "/v1/notes": { post: { requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } } } },
      },
    });
    const law = describedLaw(published);
    const said = verdict(law.name, await law.check(stage), { exempt: [] }).join("\n");
    expect(said).toContain("crooked/search_notes: POST /v1/search: query key is not described");
    expect(said).toContain("unevaluated");
    expect(said).toContain("crooked/get_note: GET /v1/notes/");
    expect(said).not.toContain("crooked/add_note");
  });
});

describe("an exemption", () => {
  const law = "reads only GET";
  const reason = "it searches by POST, since its question has a body";
  const found = [{ tool: "crm/a", text: "sends POST /a" }, { text: "sends PUT /b" }];

  test("covers its tool's breaches and no others", () => {
    expect(verdict(law, found, { exempt: [{ law, tool: "crm/a", reason }] })).toEqual(["sends PUT /b"]);
    expect(verdict(law, found, { exempt: [{ law, reason }] })).toEqual([]);
    expect(verdict(law, found, { exempt: [{ law: "another law", reason }] })).toEqual(["crm/a: sends POST /a", "sends PUT /b"]);
  });

  test("that nothing needs is itself a breach", () => {
    expect(verdict(law, [], { exempt: [{ law, tool: "crm/a", reason }] })).toEqual([
      `is exempt for crm/a but keeps the law: remove the exemption (${reason})`,
    ]);
  });
});
