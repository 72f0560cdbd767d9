import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { junction } from "./junction.ts";
import { projectRoot } from "./project.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let credentials: Record<string, Record<string, Record<string, string>>>;
const state = mkdtempSync(join(tmpdir(), "junction-cli-"));

beforeAll(async () => {
  stack = await startStack({ stateDir: state, vendors: ["google-calendar", "google-maps", "meta-pages", "sendgrid", "stripe", "twilio"] });
  ({ credentials } = (await (await fetch(`${stack.url}/sandbox/api/credentials`)).json()) as { credentials: typeof credentials });
  expect(await run("connect", "sendgrid", ...flagsOf("sendgrid", "valid", "api_key", "from_email"))).toMatchObject({ code: 0 });
  expect(await run("connect", "twilio", ...flagsOf("twilio", "valid", "account_sid", "auth_token", "default_from"))).toMatchObject({
    code: 0,
  });
});
afterAll(async () => {
  await stack?.dispose();
  rmSync(state, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}
interface Setting {
  readonly input?: string;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly states?: readonly string[];
  onSaid?(words: string): void;
}

/** One command line, its words kept apart: what goes into a pipe, and what is said to the person. */
async function runWith({ input = "", terminal = false, env = {}, states = [state], onSaid }: Setting, ...args: string[]): Promise<Ran> {
  let [out, said] = ["", ""];
  const stream = Object.assign(new PassThrough(), { isTTY: terminal });
  if (input !== "") stream.end(input);
  const tell = (words: string) => {
    said += words;
    onSaid?.(words);
  };
  const io = {
    env,
    out: (text: string) => {
      out += text;
    },
    say: (words: string) => tell(`${words}\n`),
    prompt: tell,
    input: stream,
    colour: false,
  };
  const code = await junction(args, io, states);
  return { code, out, said };
}
const run = (...args: string[]): Promise<Ran> => runWith({}, ...args);
const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);

const flagsOf = (vendor: string, set: string, ...fields: string[]): string[] =>
  fields.map((name) => `--${name.replaceAll("_", "-")}=${credentials[vendor]?.[set]?.[name] ?? ""}`);

const TEXT = ["call", "crm/send_sms", "--to", "+12025550199"] as const;
/** Junction's own app at an OAuth vendor, which an operator sets. */
async function setApp(vendor: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const operator = JSON.stringify({ contractor: "demo", subject: "op", role: "operator" });
  const asked = await fetch(`${stack.url}/sandbox/issuer/token`, { method: "POST", headers, body: operator });
  const { token } = (await asked.json()) as { token: string };
  const body = JSON.stringify(credentials[vendor]?.["platform"]);
  const set = await fetch(`${stack.url}/api/operator/apps/${vendor}`, {
    method: "PUT",
    headers: { ...headers, authorization: `Bearer ${token}` },
    body,
  });
  expect(set.status).toBe(200);
}

/** The vendor's page is opened and approved, as a person would who reads what is said. */
async function connectAtItsPage(vendor: string): Promise<Ran & { readonly back: number }> {
  await setApp(vendor);
  const { promise: visited, resolve, reject } = Promise.withResolvers<number>();
  const onSaid = (words: string) => {
    const [page] = /http:\S+/.exec(words) ?? [];
    if (page !== undefined) approveAt(page).then(resolve, reject);
  };
  const ran = await runWith({ onSaid }, "connect", vendor);
  return { ...ran, back: await visited };
}

const texts = async () =>
  ((await (await fetch(`${stack.url}/sandbox/api/inbox?vendor=twilio`)).json()) as { inbox: { text: string }[] }).inbox.map(
    ({ text }) => text,
  );

describe("call", () => {
  test("does what the tool does, and prints the result where a pipe can take it", async () => {
    const { code, out, said } = await run(...TEXT, "--body", "On our way");
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^Done: call_\w+\n$/) });
    expect(out).toMatch(/^message_id +SM\w+\nstatus +\w+\n/);
    expect(await texts()).toContain("On our way");
  });

  test("gives the gateway's answer as it came with --json", async () => {
    const answer = await json(...TEXT, "--body=-5 % today");
    expect(answer).toMatchObject({
      call: expect.stringMatching(/^call_/),
      tool: "crm/send_sms",
      replayed: false,
      result: { message_id: expect.any(String) },
    });
  });

  test("takes the name on the wire, arguments by either spelling, and all of them as JSON", async () => {
    expect(
      (await run("call", "crm_send_sms", "--json-input", '{"to":"+12025550199","body":"from JSON"}', "--body", "from the flag")).code,
    ).toBe(0);
    expect((await texts())[0]).toBe("from the flag");
    const nothing = await run("call", "crm/charge_card", "--amount_cents", "100", "--customer-id", "cus_1", "--description", "Roof");
    expect(nothing).toMatchObject({ code: 1, said: expect.stringContaining("not connected: Stripe") });
  });

  test("repeats nothing under one idempotency key", async () => {
    const once = [...TEXT, "--body", "Only once", "--idempotency-key", "job-7"];
    const [first, second] = [await run(...once), await run(...once)];
    expect([first.out, second.said]).toEqual([second.out, expect.stringContaining("Done before, not again")]);
    expect((await texts()).filter((text) => text === "Only once")).toHaveLength(1);
  });

  test("names each argument that lacks, that is no flag, and that has the wrong type, and calls nothing", async () => {
    const before = (await texts()).length;
    expect(await run(...TEXT)).toMatchObject({
      code: 2,
      out: "",
      said: expect.stringMatching(/needs more:\n {2}--body {2}text: the text, 1 to/),
    });
    expect(await run(...TEXT, "--boddy", "Hi")).toMatchObject({
      code: 2,
      said: expect.stringContaining("has no flag --boddy. Did you mean --body?"),
    });
    expect(await run("call", "crm/charge_card", "--amount-cents", "12.5")).toMatchObject({
      code: 2,
      said: expect.stringContaining("--amount-cents must be a whole number from 1 to 99999999"),
    });
    expect(await run("call", "crm/refund_payment", "--payment-id", "pi_1", "--reason", "whim")).toMatchObject({
      code: 2,
      said: "--reason must be one of duplicate, fraudulent, requested_by_customer.\n",
    });
    expect(await run(...TEXT, "--body", "--json")).toMatchObject({ code: 2 });
    expect((await texts()).length).toBe(before);
  });

  test("gives the gateway's words where the contract refuses a value", async () => {
    const { code, said, out } = await run("call", "crm/send_sms", "--to", "555-0123", "--body", "Hi");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(said).toContain("to: is not valid; give a phone number in E.164 form");
  });

  test("gives the nearest name for a tool or an integration there is none of", async () => {
    expect(await run("call", "crm/send_smss", "--to", "x")).toMatchObject({
      code: 2,
      said: expect.stringContaining("Did you mean crm/send_sms?"),
    });
    expect(await run("connection", "twillio")).toMatchObject({ code: 2, said: expect.stringContaining("Did you mean twilio?") });
  });

  test("says what to connect, and where, when nothing serves the tool", async () => {
    const { code, said } = await run("call", "crm/geocode_address", "--address", "1600 Amphitheatre Parkway");
    expect(code).toBe(1);
    expect(said).toContain("needs an integration that is not connected: Google Maps");
    expect(said).toContain(`${stack.url}/settings/integrations/google-maps`);
    const raw = await json("call", "crm/geocode_address", "--address", "1600 Amphitheatre Parkway");
    expect(raw.error.kind).toBe("NotConnected");
  });

  test("lists a tool's arguments", async () => {
    const { code, out } = await run("call", "crm/send_sms", "--help");
    expect(code).toBe(0);
    expect(out).toMatch(/--to +text: a phone number in E\.164 form, such as \+12025550123 \(required\)/);
  });
});

describe("connect", () => {
  test("reads a secret from standard input, and prints it nowhere", async () => {
    const key = credentials["stripe"]?.["valid"]?.["api_key"] ?? "";
    const { code, out, said } = await runWith({ input: `${key}\n` }, "connect", "stripe", "--api-key-stdin");
    expect(code).toBe(0);
    expect(out).toMatch(/status +connected/);
    const { out: shown } = await run("connection", "stripe", "--json");
    expect(JSON.parse(shown)).toMatchObject({ status: "connected", credential: { shown: { api_key: expect.stringContaining("••••") } } });
    for (const text of [out, said, shown]) expect(text).not.toContain(key);
    expect((await run("disconnect", "stripe")).said).toBe("Stripe is disconnected.\n");
    expect(await run("connections")).toMatchObject({ out: expect.stringMatching(/stripe +not_connected/) });
  });

  test("asks for a secret at a terminal without showing what is typed", async () => {
    const key = credentials["google-maps"]?.["valid"]?.["api_key"] ?? "";
    const { code, out, said } = await runWith({ terminal: true, input: `${key}\n` }, "connect", "google-maps");
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining("API key: ") });
    expect(out + said).not.toContain(key);
    await run("disconnect", "google-maps");
    // Control-C
    expect(await runWith({ terminal: true, input: "AIza\u0003" }, "connect", "google-maps")).toMatchObject({
      code: 1,
      said: expect.stringContaining("Given up. Nothing was stored."),
    });
  });

  test("says which field lacks, and which is wrong, without repeating what was given", async () => {
    const lacking = await run("connect", "stripe");
    expect(lacking).toMatchObject({ code: 2, said: expect.stringMatching(/--api-key {2}Secret or restricted key.*\n.*--api-key-stdin/) });
    const wrong = await run("connect", "stripe", "--api-key=not-a-key");
    expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining("Begins with sk_ or rk_") });
    const typo = await run("connect", "stripe", "--api-kex=sk_canary");
    for (const { said, out } of [wrong, typo]) expect(said + out).not.toMatch(/not-a-key|sk_canary/);
    expect(typo).toMatchObject({ code: 2, said: expect.stringContaining("Did you mean --api-key?") });
  });

  test("stores nothing that the vendor refuses, and quotes the vendor as the vendor", async () => {
    const refused = await run("connect", "google-maps", ...flagsOf("google-maps", "wrong", "api_key"));
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining("Google Maps does not accept these credentials.") });
    expect(refused.said).toMatch(/The vendor's own words \(.*\): "/);
    expect((await json("connection", "google-maps")).status).toBe("not_connected");
  });

  test("sends the person's browser to the vendor's page with the cookie it must come back with", async () => {
    expect(await connectAtItsPage("google-calendar")).toMatchObject({
      code: 0,
      back: 303,
      out: expect.stringMatching(/status +connected/),
    });
  });
});

describe("connect, where a vendor can be connected in several ways", () => {
  const account = () => credentials["google-calendar"]?.["service_account"] ?? {};
  /** A file with this in it, gone after the test. */
  function file(content: string): string {
    const folder = mkdtempSync(join(tmpdir(), "junction-cli-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "key.json"), content);
    return join(folder, "key.json");
  }
  const connect = (...args: string[]) => run("connect", "google-calendar", ...args);

  test("takes the way that is named, its key from a file, and prints the key nowhere", async () => {
    const { key_file = "", user = "" } = account();
    const { code, out, said } = await connect("--way", "service_account", "--key-file", file(key_file), "--user", user);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/status +connected/) });
    const { out: shown } = await run("connection", "google-calendar", "--json");
    expect(JSON.parse(shown).credential.shown).toEqual({ user, key_file: "••••" });
    for (const text of [out, said, shown]) expect(text).not.toContain("PRIVATE KEY");
    expect(
      await runWith({ input: key_file }, "connect", "google-calendar", "--way=service-account", "--key-file-stdin", "--user", user),
    ).toMatchObject({
      code: 0,
    });
  });

  test("asks at a terminal for the path of a file, not for its lines", async () => {
    const { key_file = "", user = "" } = account();
    const asked = await runWith(
      { terminal: true, input: `${file(key_file)}\n` },
      "connect",
      "google-calendar",
      "--way",
      "service_account",
      "--user",
      user,
    );
    expect(asked).toMatchObject({ code: 0, said: expect.stringContaining("Key file, path of a .json file: ") });
  });

  test("lists the fields of each way, and says which way a field belongs to", async () => {
    const { out } = await connect("--help");
    expect(out).toMatch(/--way +one of oauth_token, service_account; left out, oauth_token/);
    expect(out).toMatch(/--key-file +path of a file with the Key file: .*\(required with --way service_account\)/);
    expect(await connect("--user", "office@example.com")).toMatchObject({ code: 2, said: "--user is for --way service_account.\n" });
    expect(await connect("--way", "servce_account")).toMatchObject({
      code: 2,
      said: expect.stringContaining("Did you mean service_account?"),
    });
    expect(await connect("--way", "service_account", "--user", "office@example.com")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/needs more:\n {2}--key-file /),
    });
    expect((await run("connect", "stripe", "--help")).out).not.toMatch(/^ {2}--way/m);
  });

  // Someone pastes the key where its path belongs: it must not come back on the screen.
  test("a file that cannot be read, or is no key, is refused without repeating what was given", async () => {
    const pasted = await connect("--way", "service_account", "--user=a@b.c", "--key-file", "MIIEcanary");
    expect(pasted).toMatchObject({
      code: 2,
      said: expect.stringContaining("must be the path of a file; that one cannot be read (ENOENT)"),
    });
    const large = await connect("--way", "service_account", "--user=a@b.c", "--key-file", file("canary".repeat(20_000)));
    expect(large).toMatchObject({ code: 2, said: expect.stringContaining("at most 65536 bytes") });
    const wrong = await connect("--way", "service_account", "--user=a@b.c", "--key-file", file('{"canary":1}'));
    expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining("Key file is not a key file") });
    for (const { said, out } of [pasted, large, wrong]) expect(said + out).not.toContain("canary");
  });
});

/** What a browser does: follows, keeps the cookie of this machine, presses Approve, comes back. */
async function approveAt(page: string): Promise<number> {
  const sent = await fetch(page, { redirect: "manual" });
  const cookie = sent.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const form = new URLSearchParams({ decision: "approve" });
  const approved = await fetch(sent.headers.get("location") ?? "", { method: "POST", body: form, redirect: "manual" });
  const back = await fetch(approved.headers.get("location") ?? "", { headers: { cookie }, redirect: "manual" });
  return back.status;
}

test("a fault that is set is met by the next call, listed, and gone once cleared", async () => {
  expect(await run("faults", "set", "twilio", "create_message", "429_seconds", "--times", "1", "--ms", "60000")).toMatchObject({ code: 0 });
  expect((await run("faults")).out).toMatch(/twilio +create_message +429_seconds +1 +60000/);
  const { code, said } = await run(...TEXT, "--body", "Too fast");
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining("Wait 60 s.") });
  expect((await run("connections")).out).toMatch(/twilio +warning .*RateLimited/);
  await run("faults", "set", "twilio", "*", "401");
  expect(await run("test", "twilio")).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^Twilio is error\. .*\(CredentialError, call_\w+\)/),
  });
  expect((await json("faults")).faults).toHaveLength(1);
  await run("faults", "clear", "twilio");
  expect(await json("faults")).toEqual({ faults: [] });
  expect(await run("test", "twilio")).toMatchObject({ code: 0 });
});

test("a fault, a vendor or an operation there is none of is refused with what there is", async () => {
  expect(await run("faults", "set", "twilio", "*", "commit_and_drop")).toMatchObject({
    code: 2,
    said: expect.stringContaining("Did you mean commit_then_drop?"),
  });
  expect(await run("faults", "set", "twilio", "create_mesage", "500")).toMatchObject({
    code: 2,
    said: expect.stringContaining("Did you mean create_message?"),
  });
  expect(await run("faults", "set", "twilio", "*", "500", "--times", "0")).toMatchObject({
    code: 2,
    said: "--times must be a whole number from 1 to 1000000.\n",
  });
  expect(await json("faults")).toEqual({ faults: [] });
});

test("calls are listed and filtered", async () => {
  await run("call", "crm/geocode_address", "--address", "1600 Amphitheatre Parkway");
  const { calls } = await json("calls", "--state", "refused", "--tool", "crm/geocode_address", "--limit", "1");
  expect(calls).toMatchObject([{ tool: "crm/geocode_address", state: "refused", kind: "NotConnected" }]);
  expect((await run("calls", "--vendor", "twilio")).out).toMatch(/crm\/send_sms +twilio +confirmed/);
  expect(await run("calls", "--state", "done")).toMatchObject({
    code: 2,
    said: expect.stringContaining("must be one of confirmed, failed, unknown, refused"),
  });
  expect(await run("calls", "--limit", "1000")).toMatchObject({ code: 2, said: "--limit must be a whole number from 1 to 200.\n" });
});

test("calls are given as CSV, filtered, and nothing beside them", async () => {
  const { code, out, said } = await run("calls", "--csv", "--tool", "crm/send_sms", "--state", "confirmed");
  expect({ code, said }).toEqual({ code: 0, said: "" });
  const [head, ...rows] = out.trimEnd().split("\r\n");
  expect(head).toBe('"started_at","id","actor","tool","vendor","state","kind","attempts","duration_ms"');
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row).toMatch(/^"20[^"]+Z","call_\w+","user:demo-owner","crm\/send_sms","twilio","confirmed","",/);
  for (const with_ of [["--limit", "5"], ["--json"]])
    expect(await run("calls", "--csv", ...with_)).toMatchObject({
      code: 2,
      out: "",
      said: "--csv goes with neither --limit nor --json.\n",
    });
});

test("an integration that breaks is listed as an alert until it is mended, and read once", async () => {
  expect(await run("alerts", "read")).toMatchObject({ code: 2, said: "Name one alert, or say --all, and not both.\n" });
  await run("alerts", "read", "--all"); // what other tests broke
  await run("faults", "set", "twilio", "*", "401");
  await run("test", "twilio");
  const listed = await run("alerts");
  expect(listed.out).toMatch(/open +twilio +20\S+ \S+ +– +CredentialError +no +call_\w+ +alert_\w+\n/);
  expect(listed.said).toBe("1 unread. `junction alerts read --all` marks them as read.\n");
  await run("faults", "clear", "twilio");
  await run("test", "twilio");
  const { alerts, unread } = await json("alerts");
  expect([alerts[0].state, unread]).toEqual(["recovered", 1]);
  expect(await run("alerts", "read", alerts[0].id)).toMatchObject({ code: 0, said: "1 alert is marked as read.\n" });
  expect((await json("alerts")).unread).toBe(0);
  expect(await run("alerts", "read", "alert_none")).toMatchObject({ code: 1, said: expect.stringContaining("There is no such alert.") });
  expect(await run("alerts", "read", "alert_none", "--all")).toMatchObject({ code: 2 });
  expect((await json("alerts", "read", "--all")).marked).toBeGreaterThan(0);
});

describe("what an agent may not do before the contractor has said yes", () => {
  let key: string;
  let page: string;
  beforeAll(async () => {
    expect(await connectAtItsPage("meta-pages")).toMatchObject({ code: 0 });
    ({ key } = await json("keys", "add", "--name", "Poster"));
    page = (await json("call", "crm/list_social_pages")).result.pages[0].page_id;
  });
  const post = async (text: string) => {
    const headers = {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    };
    const params = { name: "crm_post_to_facebook", arguments: { text, page_id: page, idempotency_key: text } };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const { result } = (await (await fetch(`${stack.url}/mcp`, { method: "POST", headers, body })).json()) as {
      result: { isError?: boolean; content: { text: string }[] };
    };
    return result.isError ? JSON.parse(result.content[1]?.text ?? "{}").kind : "done";
  };
  const waiting = async (text: string): Promise<string> =>
    (await json("approvals")).approvals.find(({ input }: { input: { text: string } | null }) => input?.text === text)?.id;

  test("is listed with every word, and done once it is approved", async () => {
    expect(await run("approvals")).toMatchObject({ code: 0, said: "Nothing waits for your approval.\n" });
    expect(await post("Spring offer")).toBe("NeedsApproval");
    const { out, said } = await run("approvals");
    expect(out).toMatch(
      /^approval +call_\w+\ntool +crm\/post_to_facebook\nasked by +agent:key_\w+\nasked +20.*\narguments\n(.*\n)*text +Spring offer\n/,
    );
    expect(said).toContain("`junction approve <approval>`");
    const id = await waiting("Spring offer");
    expect(await run("approve", id)).toMatchObject({ code: 0, said: expect.stringMatching(/^Approved and done: call_\w+\n$/) });
    expect(await post("Spring offer")).toBe("done");
    expect(await run("approve", id)).toMatchObject({
      code: 1,
      said: expect.stringContaining("There is no such call that waits for approval."),
    });
    expect((await run("approvals", "--decided")).out).toMatch(/approved +crm\/post_to_facebook +agent:key_\w+ .*demo-owner/);
  });

  test("is not done once it is rejected", async () => {
    await post("Rude joke");
    expect(await run("reject", await waiting("Rude joke"))).toMatchObject({ code: 0, said: "Rejected: it is not done.\n" });
    expect(await post("Rude joke")).toBe("Rejected");
  });

  test("is said so if it is approved and then fails", async () => {
    await post("Too late");
    await run("faults", "set", "meta-pages", "*", "403");
    const failed = await run("approve", await waiting("Too late"));
    await run("faults", "clear", "meta-pages");
    expect(failed).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^Approved, and not done\. Facebook and Instagram .*\nCall: call_\w+\n$/),
    });
  });

  test("is done without asking where the contractor says so, and asked for again when they take it back", async () => {
    expect(await run("approvals", "no-ask", "crm_post_to_facebook")).toMatchObject({
      code: 0,
      said: "Agents may use crm/post_to_facebook without asking.\n",
    });
    expect((await run("approvals")).said).toContain("Agents do not ask for crm/post_to_facebook.");
    expect(await post("No question")).toBe("done");
    expect(await run("approvals", "ask", "crm/post_to_facebook")).toMatchObject({ code: 0 });
    expect(await post("One question")).toBe("NeedsApproval");
    expect(await run("approvals", "no-ask", "crm/send_sms")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^crm\/send_sms needs no approval\. Tools that do: .*crm\/post_to_facebook/),
    });
    expect(await run("approvals", "never")).toMatchObject({ code: 2, said: expect.stringContaining("approvals ask, approvals no-ask") });
  });
});

test("an outcome that nobody can tell is decided by a person", async () => {
  await run("faults", "set", "sendgrid", "*", "commit_then_drop", "--times", "1");
  const lost = await run(
    "call",
    "crm/send_email",
    "--to",
    "ann@example.com",
    "--subject",
    "Roof",
    "--text",
    "Hi",
    "--idempotency-key",
    "mail-1",
  );
  expect(lost).toMatchObject({ code: 1, said: expect.stringContaining("may or may not have happened") });
  const [, call = ""] = /Call: (\S+)/.exec(lost.said) ?? [];
  expect(await run("decide", call)).toMatchObject({ code: 2, said: expect.stringContaining("--happened or --did-not-happen") });
  expect(await run("decide", call, "--happened")).toMatchObject({ code: 0 });
  expect(await run("decide", call, "--happened")).toMatchObject({ code: 1 });
  const again = await run(
    "call",
    "crm/send_email",
    "--to",
    "ann@example.com",
    "--subject",
    "Roof",
    "--text",
    "Hi",
    "--idempotency-key",
    "mail-1",
  );
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining("Done before") });
});

test("a key is made, shown once, and revoked", async () => {
  const { key, id } = await json("keys", "add", "--name", "Front desk", "--tools", "crm/send_sms,crm_send_email", "--days", "30");
  expect(key).toMatch(/^jn_demo_/);
  const { out } = await run("keys");
  expect(out).toMatch(/Front desk +valid +crm\/send_sms, crm\/send_email/);
  expect(out).not.toContain(key);
  expect(await run("keys", "revoke", id)).toMatchObject({ code: 0 });
  expect((await run("keys")).out).toMatch(/Front desk +revoked/);
  expect(await run("keys", "revoke", "key_none")).toMatchObject({ code: 1, said: expect.stringContaining("There is no such key.") });
  expect(await run("keys", "add")).toMatchObject({ code: 2, said: expect.stringContaining("needs --name") });
  expect(await run("keys", "ad")).toMatchObject({ code: 2, said: expect.stringContaining("keys add, keys revoke") });
});

test("a route is set, listed and forgotten", async () => {
  expect(await run("route", "crm/send_sms", "twilio")).toMatchObject({ code: 0, said: "crm/send_sms goes to twilio.\n" });
  expect((await run("routes")).out).toMatch(/crm\/send_sms +twilio/);
  expect(await run("route", "crm/send_sms", "stripe")).toMatchObject({
    code: 2,
    said: expect.stringContaining("stripe does not serve crm/send_sms"),
  });
  expect(await run("route", "crm/send_sms")).toMatchObject({ code: 2 });
  expect(await run("route", "crm/send_sms", "--default")).toMatchObject({ code: 0 });
  expect((await run("routes")).out).not.toContain("crm/send_sms");
});

test("a workflow is made, corrected, switched on, started and stopped; leads come in from a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "junction-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [definition, csv] = [join(folder, "workflow.json"), join(folder, "leads.csv")];
  const write = (...steps: unknown[]) => writeFileSync(definition, JSON.stringify({ name: "From here", steps }));
  write({ id: "hello", type: "sms", body: "Hi {{frist_name}}" });
  const wrong = await run("workflows", "add", "--file", definition);
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.said).toMatch(/ {2}steps\.0\.body: There is no \{\{frist_name\}\} here\. Did you mean/);
  write({ id: "crm", type: "crm_sync", crm: "pipedrive" });
  const { id } = JSON.parse((await run("workflows", "add", "--file", definition, "--json")).out);
  const lacking = await run("workflows", "check", id);
  expect(lacking.code).toBe(1);
  expect(lacking.out).toMatch(/crm .*Pipedrive is not connected\..*Connect Pipedrive \/settings\/integrations\/pipedrive/);
  expect(await run("workflows", "activate", id)).toMatchObject({ code: 1, said: expect.stringContaining("Pipedrive is not connected") });
  write({ id: "pause", type: "wait", for: "P1D" });
  expect(await run("workflows", "save", id, "--file", definition)).toMatchObject({ code: 0, said: expect.stringContaining("revision 2") });
  expect(await run("workflows", "save", id, "--file", definition, "--revision", "1")).toMatchObject({ code: 1 });
  expect(await run("workflows", "activate", id)).toMatchObject({ code: 0 });
  writeFileSync(csv, "name,phone\nAnn,+12025550199\nBo,nonsense\n");
  const taken = await run("leads", "import", csv);
  expect(taken).toMatchObject({ code: 1, out: expect.stringMatching(/3 +phone/) });
  const [ann] = JSON.parse((await run("leads", "--query", "Ann", "--json")).out).leads;
  const [{ id: one }] = JSON.parse((await run("workflows", "start", id, "--lead", ann.id, "--json")).out).runs;
  await vi.waitFor(async () => expect((await run("runs", "show", one)).out).toMatch(/waiting +pause/), { timeout: 10_000 });
  expect((await run("runs", "--workflow", id, "--state", "waiting")).out).toContain("Ann");
  expect(await run("workflows", "remove", id)).toMatchObject({ code: 1 });
  expect((await run("runs", "skip", one, "pause")).code).toBe(0);
  await vi.waitFor(async () => expect((await run("runs", "--state", "completed")).out).toContain(one), { timeout: 10_000 });
  expect((await run("workflows")).out).toContain("From here");
});

test("help names every command, and the usage of each", async () => {
  const { code, out } = await runWith({ states: [] }, "help");
  expect(code).toBe(0);
  const commands = [...out.matchAll(/^ {2}([a-z]+(?: [a-z-]+)?) {2}/gm)].map(([, name = ""]) => name);
  expect(commands).toEqual(
    expect.arrayContaining(["call", "connect", "keys add", "faults set", "decide", "tools", "approvals no-ask", "alerts read"]),
  );
  for (const name of commands.filter((each) => !each.startsWith("junction"))) {
    expect(await runWith({ states: [] }, "help", ...name.split(" "))).toMatchObject({
      code: 0,
      out: expect.stringContaining(`junction ${name}`),
    });
  }
  expect(await runWith({ states: [] }, "conections")).toMatchObject({
    code: 2,
    said: expect.stringContaining("Did you mean connections?"),
  });
});

describe("where the gateway is", () => {
  test("without a stack, or with one that was killed, it says how to start one", async () => {
    const left = mkdtempSync(join(tmpdir(), "junction-cli-"));
    onTestFinished(() => rmSync(left, { recursive: true }));
    writeFileSync(join(left, "running.json"), JSON.stringify({ pid: 1, url: "http://127.0.0.1:9" }));
    for (const states of [[], [left]])
      expect(await runWith({ states }, "tools")).toMatchObject({
        code: 1,
        out: "",
        said: expect.stringContaining("Start one with `npm start`"),
      });
  });

  test("JUNCTION_URL and JUNCTION_TOKEN name it; the token is shown to nobody", async () => {
    const env = { JUNCTION_URL: stack.url, JUNCTION_TOKEN: "canary.token.value" };
    const { code, out, said } = await runWith({ env, states: [] }, "connections", "--json");
    expect({ code, error: JSON.parse(out).error.kind }).toEqual({ code: 1, error: "Unauthenticated" });
    expect(out + said).not.toContain("canary");
    expect(await runWith({ env: { JUNCTION_URL: stack.url }, states: [] }, "tools")).toMatchObject({ code: 0 });
  });

  test("a token never travels in the clear, nor to a gateway that none was given for", async () => {
    const http = { JUNCTION_URL: "http://junction.example.com", JUNCTION_TOKEN: "t" };
    expect(await runWith({ env: http }, "tools")).toMatchObject({ code: 2, said: expect.stringContaining("must begin with https://") });
    expect(await runWith({ env: { JUNCTION_URL: "https://junction.example.com" } }, "tools")).toMatchObject({
      code: 2,
      said: expect.stringContaining("JUNCTION_TOKEN is needed"),
    });
  });
});

test("as a program: answers on stdout, words on stderr, and the exit code", async () => {
  const program = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(projectRoot, "scripts/junction.ts"), ...args], {
      env: { ...process.env, JUNCTION_URL: stack.url },
    });
  expect(JSON.parse((await program("tools", "--json")).stdout).tools.length).toBeGreaterThan(5);
  await expect(program("keys", "revoke", "nope")).rejects.toMatchObject({ code: 1, stdout: "", stderr: "There is no such key.\n" });
  await expect(program("tool")).rejects.toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Did you mean tools?") });
});

describe("webhook", () => {
  const SECRET = "whsec_canary7Hq2Zt9mWxR4sKv";

  test("shows the address before the vendor is connected, and sets the secret from standard input without repeating it", async () => {
    const before = await run("webhook", "stripe");
    expect(before).toMatchObject({ code: 0, said: "" });
    expect(before.out).toMatch(/^address +http:\S+\/hooks\/stripe\/demo\.[a-z2-7]{32}\n/);
    expect(before.out).toMatch(/secret +Signing secret: not set\n/);
    const set = await runWith({ input: `${SECRET}\n` }, "webhook", "stripe", "--secret-stdin");
    expect(set).toMatchObject({ code: 0, said: "The secret is set.\n" });
    expect(set.out).toContain(`ends in ${SECRET.slice(-4)}`);
    expect(set.out + set.said + (await run("webhook", "stripe")).out).not.toContain(SECRET);
    expect(await json("webhook", "stripe")).toMatchObject({ secret_set: true, waiting_for_first_event: true });
  });

  test("makes a secret where the vendor takes ours, shown once", async () => {
    const made = await run("webhook", "vapi", "--generate");
    const [, secret = ""] = /secret +(whsec_\S+)/.exec(made.out) ?? [];
    expect(secret).toHaveLength(50);
    expect((await run("webhook", "vapi")).out).not.toContain(secret);
    expect((await run("webhook", "vapi", "--generate")).said).toContain("The one before it is accepted for a day.");
  });

  test("says what is wrong with each wrong use, and changes nothing", async () => {
    expect(await run("webhook", "stripe", "--generate")).toMatchObject({ code: 2, said: expect.stringContaining("set: Stripe makes") });
    const wrong = await runWith({ input: "sk_test_no" }, "webhook", "stripe", "--secret-stdin");
    expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining("secret: Signing secret") });
    expect(wrong.said).not.toContain("sk_test_no");
    expect((await runWith({ input: "\n" }, "webhook", "stripe", "--secret-stdin")).code).toBe(2);
    expect((await run("webhook", "stripe", "--generate", "--secret-stdin")).code).toBe(2);
    expect(await run("webhook", "twilio", "--generate")).toMatchObject({ code: 1, said: expect.stringContaining("connected with") });
    expect(await run("webhook", "google-maps")).toMatchObject({ code: 1, said: expect.stringContaining("do not reach") });
  });
});
