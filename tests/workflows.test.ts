/** Workflows' runs in the whole mesh: real objects, real dispatch, the sandbox's vendors. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressOf, hearSendGrid } from "./deliveries.ts";
import { type Mesh, startMesh } from "./mesh.ts";
import { type Runs, runsOn } from "./testing/runs.ts";

let mesh: Mesh;
let runs: Runs;
beforeAll(async () => {
  const vars = { "junction-gateway": { RUN_BACKOFF_MS: "50,100,200,400,800,1600,3200", RUN_PATIENCE_MS: "2000" } };
  mesh = await startMesh({ vendors: ["google-calendar", "hubspot", "mailgun", "sendgrid", "twilio", "vapi"], cronMs: 0, vars });
  runs = runsOn(mesh);
});
afterAll(() => mesh?.stop());

const fault = (vendor: string, operation: string, kind: string, more: object = {}) =>
  mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation, fault: kind, ...more });
const clear = (vendor: string, operation: string) => mesh.sandbox("DELETE", `/sandbox/api/faults?vendor=${vendor}&operation=${operation}`);
const order = (run: { contractor: string; run: string }, ask: object) =>
  runs.object(run).order({ by: "Olivia", now: Date.now(), ...ask } as Parameters<ReturnType<Runs["object"]>["order"]>[0]);
const sms = (id: string, body = `Text ${id}`) => ({ id, type: "sms", body });

test("over five vendors: each effect once, later steps name what earlier ones gave, and the lead's timeline says who did it", async () => {
  await mesh.connect("all", "twilio", "mailgun", "hubspot", "google-calendar");
  const subscription = await runs.subscription("all");
  const lead = await runs.lead("all", { name: "Ada Byron", phone: "+12025550101", email: "ada@example.com", custom: { roof: "slate" } });
  const run = await runs.start(
    "all",
    [
      sms("text", "Hi {{first_name}}"),
      {
        ...{ id: "kind", type: "branch" },
        cases: [{ when: { left: "{{lead.custom.roof}}", is: "equal", right: "Slate" }, steps: [sms("slate", "We do slate")] }],
        otherwise: [sms("other")],
      },
      { id: "mail", type: "email", subject: "Your roof", text: "Message {{steps.text.message_id}}" },
      { id: "visit", type: "calendar_event", summary: "{{name}}", start: "2026-12-01T09:00:00-05:00" },
      { id: "crm", type: "crm_sync", crm: "hubspot" },
      { id: "told", type: "webhook", subscription, data: { crm: "{{steps.crm.crm_id}}" } },
    ],
    { lead },
  );
  const { steps } = await runs.until(run, "completed");
  expect(steps.map(({ step, state, attempts }) => [step, state, attempts])).toEqual(
    ["text", "kind", "slate", "mail", "visit", "crm", "told"].map((id) => [id, "completed", id === "kind" ? 0 : 1]),
  );
  const output = (id: string) => steps.find(({ step }) => step === id)?.output ?? {};
  expect((await runs.inbox("twilio", "+12025550101")).map(({ text }) => text).sort()).toEqual(["Hi Ada", "We do slate"]);
  expect(JSON.stringify(await runs.inbox("mailgun", "ada@example.com"))).toContain(String(output("text")["message_id"]));
  const delivered = await mesh.db.prepare("SELECT event, state FROM deliveries WHERE contractor = 'all'").all();
  expect(delivered.results).toMatchObject([{ event: output("told")["delivery_id"] }]);
  await vi.waitFor(async () => {
    const timeline = (await mesh.api("GET", `/leads/${lead.id}`, undefined, { contractor: "all" })).body.timeline;
    const entries = timeline.map(({ type, state, words }: Record<string, string>) => [type, state, words]);
    expect(entries).toHaveLength(6);
    expect(entries).toContainEqual(["step.sms", "success", "Text: done through Twilio"]);
    expect(entries).toContainEqual(["step.crm_sync", "success", "Sync to CRM: done through HubSpot"]);
  }, 10_000);
  const list = (await mesh.api("GET", `/runs?lead=${lead.id}`, undefined, { contractor: "all" })).body.runs;
  expect(list).toMatchObject([{ id: run.run, state: "completed", reason: null, step: null }]);
});

test("a revoked credential pauses the runs that need it; reconnected, they go on from where they were, and nothing is sent twice", async () => {
  await mesh.connect("broken", "twilio", "google-calendar");
  await mesh.connect("next-door", "twilio");
  const steps = [
    { id: "visit", type: "calendar_event", summary: "Roof", start: "2026-12-01T09:00:00Z" },
    { ...sms("text"), to: "+12025550102" },
  ];
  await fault("twilio", "create_message", "401");
  const paused = await Promise.all([1, 2, 3].map(() => runs.start("broken", steps)));
  for (const run of paused) {
    const { reason, vendor, wakesAt } = await runs.until(run, "paused");
    expect({ reason, vendor }).toEqual({ reason: "Twilio rejects our access: reconnect it", vendor: "twilio" });
    expect(wakesAt).toBeGreaterThan(Date.now() + 13 * 86_400_000);
  }
  expect(await runs.inbox("twilio", "+12025550102")).toHaveLength(0);
  await clear("twilio", "create_message");
  await mesh.connect("next-door", "twilio"); // wakes nobody here
  expect((await runs.view(paused[0] as never)).state).toBe("paused");
  await mesh.connect("broken", "twilio");
  for (const run of paused) expect((await runs.until(run, "completed")).steps.map(({ attempts }) => attempts)[0]).toBe(1);
  expect(await runs.inbox("twilio", "+12025550102")).toHaveLength(3);
  expect(await runs.inbox("google-calendar", "Roof")).toHaveLength(3);
});

test("an answer dropped after the vendor acted: found again where the vendor can be asked or told a repeat, else a person decides", async () => {
  await mesh.connect("dropped", "twilio", "google-calendar", "sendgrid");
  for (const [vendor, operation] of [
    ["google-calendar", "insert_event"],
    ["twilio", "create_message"],
  ] as const)
    await fault(vendor, operation, "commit_then_drop", { times: 1 });
  const lead = await runs.lead("dropped", { email: "eve@example.com", phone: "+12025550103" });
  const run = await runs.start(
    "dropped",
    [{ id: "visit", type: "calendar_event", summary: "Dropped", start: "2026-12-01T09:00:00Z" }, sms("text")],
    { lead },
  );
  await runs.until(run, "completed");
  expect(await runs.inbox("google-calendar", "Dropped")).toHaveLength(1);
  expect(await runs.inbox("twilio", "+12025550103")).toHaveLength(1);

  const after = { ...sms("after"), to: "+12025550104" };
  const mail = [{ id: "mail", type: "email", subject: "Hello", text: "Hello" }, after];
  const asked = [];
  for (const to of ["yes", "no"]) {
    await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
    const begun = await runs.start("dropped", mail, {
      lead: await runs.lead("dropped", { email: `${to}@example.com` }),
    });
    const { steps, reason } = await runs.until(begun, "needs_attention");
    expect(steps).toMatchObject([{ step: "mail", state: "unknown" }]);
    expect(reason).toContain("SendGrid may have done this");
    asked.push(begun);
  }
  const [yes, no] = asked as [(typeof asked)[0] & object, (typeof asked)[0] & object];
  expect(await order(yes, { order: "retry", step: "mail" })).toEqual({ refused: expect.stringContaining("Say first whether") });
  await order(yes, { order: "decided", step: "mail", happened: true });
  await order(no, { order: "decided", step: "mail", happened: false });
  await Promise.all([yes, no].map((one) => runs.until(one, "completed")));
  expect(await runs.inbox("sendgrid", "yes@example.com")).toHaveLength(1);
  expect(await runs.inbox("sendgrid", "no@example.com")).toHaveLength(2); // the person said that it had not been sent
});

test("a vendor that stays silent until there is no time left is asked later; no person is", async () => {
  await mesh.connect("silent", "twilio");
  await fault("twilio", "create_message", "hang", { times: 1 });
  const run = await runs.start("silent", [sms("text")], { lead: await runs.lead("silent", { phone: "+12025550107" }) });
  const asks = { state: "waiting", reason: "Asks Twilio whether it happened", wakesAt: expect.any(Number) };
  await vi.waitFor(async () => expect((await runs.view(run)).steps).toMatchObject([asks]), { timeout: 20_000, interval: 100 });
  expect(((await runs.view(run)).wakesAt ?? 0) - Date.now()).toBeGreaterThan(30_000); // by then the ledger has looked
  await order(run, { order: "cancel" });
});

test("an email whose answer was dropped is waited for, and the event that tells of it lets the run go on", async () => {
  await mesh.connect("told", "twilio", "sendgrid");
  const deliver = await hearSendGrid(mesh, "told");
  await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
  const mail = { id: "mail", type: "email", subject: "Hello", text: "Hello" };
  const lead = await runs.lead("told", { email: "told@example.com", phone: "+12025550106" });
  const run = await runs.start("told", [mail, sms("after", "It was {{steps.mail.message_id}}")], { lead });
  await vi.waitFor(async () => expect((await runs.view(run)).steps).toMatchObject([{ step: "mail", state: "waiting" }]), 10_000);
  await deliver();
  const [sent] = (await runs.until(run, "completed")).steps;
  expect(sent).toMatchObject({ state: "completed", output: { message_id: expect.any(String), status: "queued" } });
  expect(await runs.inbox("sendgrid", "told@example.com")).toHaveLength(1);
  expect(await runs.inbox("twilio", "+12025550106")).toMatchObject([{ text: `It was ${sent?.output?.["message_id"]}` }]);
});

test("what comes to be known after a person was asked: an event lets the run go on, and a word that comes too late sends nothing twice", async () => {
  await mesh.connect("late", "sendgrid"); // its events are not known to reach us: a person is asked at once
  const asked = [];
  for (const email of ["late@example.com", "later@example.com"]) {
    await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
    const mail = [{ id: "mail", type: "email", subject: "Hello", text: "Hello" }];
    const run = await runs.start("late", mail, { lead: await runs.lead("late", { email }) });
    const { steps } = await runs.until(run, "needs_attention");
    asked.push({ run, call: steps[0]?.call });
  }
  const [told, decided] = asked as [(typeof asked)[0] & object, (typeof asked)[0] & object];
  const word = await mesh.api("POST", `/calls/${decided.call}/decide`, { happened: true }, { contractor: "late" });
  expect(word.status).toBe(200); // said elsewhere: the run does not know
  await order(decided.run, { order: "decided", step: "mail", happened: false });
  await runs.until(decided.run, "completed");

  const deliver = await hearSendGrid(mesh, "late");
  await deliver();
  const { steps } = await runs.until(told.run, "completed");
  expect(steps).toMatchObject([{ state: "completed", output: { message_id: expect.any(String), status: "queued" } }]);
  for (const to of ["late@example.com", "later@example.com"]) expect(await runs.inbox("sendgrid", to)).toHaveLength(1);
});

test("what passes by itself is tried again, keeping to Retry-After; what does not ends the run with its reason, or goes on if the step says so", async () => {
  await mesh.connect("passing", "twilio");
  const lead = await runs.lead("passing", { phone: "+12025550105" });
  await fault("twilio", "create_message", "429_seconds", { times: 2, ms: 1000 });
  const run = await runs.start("passing", [sms("text")], { lead });
  const waiting = await runs.until(run, "waiting");
  expect(waiting.reason).toBe("Twilio asked us to slow down");
  expect((waiting.wakesAt ?? 0) - Date.now()).toBeGreaterThan(300);
  await order(run, { order: "retry", step: "text" }); // now, and as the same effect
  expect((await runs.until(run, "completed")).steps).toMatchObject([{ attempts: 3, again: 0 }]);
  expect(await runs.inbox("twilio", "+12025550105")).toHaveLength(1);

  const bad = { ...sms("bad"), to: "not a number" };
  const failed = await runs.until(await runs.start("passing", [bad, sms("never")], { lead }), "failed");
  expect(failed.reason).toMatch(/^bad: What the step gives does not fit: to/);
  const missing = await runs.until(await runs.start("passing", [sms("hole", "Hi {{name}}")], { lead }), "failed");
  expect(missing.reason).toContain("{{name}} has no value here");
  const on = await runs.until(await runs.start("passing", [{ ...bad, on_failure: "continue" }, sms("on")], { lead }), "completed");
  expect(on.steps.map(({ state }) => state)).toEqual(["failed", "completed"]);
});

test("waits: for a time, for an event about its lead, for a person's word, for its turn", async () => {
  await mesh.connect("waits", "twilio");
  const lead = await runs.lead("waits", { phone: "+12025550106" });
  const timed = await runs.start("waits", [{ id: "nap", type: "wait", for: "PT1S" }, sms("text")], { lead });
  expect(await runs.until(timed, "waiting")).toMatchObject({ step: "nap", reason: "Waits until its time has come" });
  await runs.until(timed, "completed");

  const event = { id: "reply", type: "wait", event: "message.received", deadline: "P1D" };
  const replied = await runs.start("waits", [event, sms("echo", "You said {{steps.reply.body}}")], { lead });
  await runs.until(replied, "waiting");
  const data = { message_id: "SM1", channel: "sms", from: "+12025550106", to: "+12025550100", body: "yes please" };
  await runs.object(replied).happened({ type: "message.received", event: "evt_1", data, now: Date.now() });
  await runs.until(replied, "completed");
  expect(JSON.stringify(await runs.inbox("twilio", "+12025550106"))).toContain("You said yes please");
  expect(await mesh.db.prepare("SELECT count(*) AS n FROM run_waits WHERE contractor = 'waits'").first("n")).toBe(0);
  const late = await runs.start("waits", [{ ...event, deadline: "PT1S" }, sms("late", "{{steps.reply.happened}}")], { lead });
  expect((await runs.until(late, "completed")).steps[0]?.output).toEqual({ happened: "no" });

  const approval = { id: "ok", type: "approval", ask: "Send it to {{phone}}?" };
  const [agreed, refused] = [
    await runs.start("waits", [approval, sms("agreed")], { lead }),
    await runs.start("waits", [approval, sms("no")], { lead }),
  ];
  expect((await runs.until(agreed, "waiting")).reason).toBe("Send it to +12025550106?");
  await runs.until(refused, "waiting");
  await order(agreed, { order: "approve", step: "ok", approved: true });
  await order(refused, { order: "approve", step: "ok", approved: false });
  await runs.until(agreed, "completed");
  expect((await runs.until(refused, "failed")).reason).toBe("ok: Olivia said no");

  await fault("twilio", "create_message", "slow", { ms: 1000 });
  const [first, second] = [
    await runs.start("waits", [sms("first")], { lead, concurrency: 1 }),
    await runs.start("waits", [sms("second")], { lead, concurrency: 1 }),
  ];
  expect((await runs.until(second, "waiting")).reason).toBe("Waits for its turn: 1 at a time");
  await clear("twilio", "create_message");
  await runs.until(first, "completed");
  await runs.until(second, "completed");
});

test("an AI call is waited for: its report comes by webhook, even before its answer, or is asked for at the deadline", async () => {
  await mesh.connect("calls", "vapi", "twilio");
  const secret = ["made", "for", "this", "test", "alone"].join("-");
  await mesh.api("POST", "/connections/vapi/webhook-secret", { action: "set", secret }, { contractor: "calls" });
  const url = await addressOf(mesh, "calls", "vapi");
  const report = async () => {
    const { body } = await mesh.sandbox("POST", "/sandbox/api/changes", { vendor: "vapi", url, secret });
    expect(body.statuses).toEqual({ 200: 1 });
  };
  const uuid = (digit: string) => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join("-");
  const steps = (deadline: string) => [
    { id: "call", type: "ai_call", assistant: uuid("b"), from: uuid("9"), deadline },
    {
      ...{ id: "how", type: "branch", otherwise: [sms("missed", "Sorry we missed you: {{callStatus}}")] },
      cases: [{ when: { left: "{{callStatus}}", is: "equal", right: "completed" }, steps: [sms("talked", "Good talk of {{duration}} s")] }],
    },
  ];
  const lead = await runs.lead("calls", { name: "Cal", phone: "+12025550108" });
  const told = await runs.start("calls", steps("P1D"), { lead });
  await runs.until(told, "waiting");
  await report();
  expect((await runs.until(told, "completed")).steps.map(({ step }) => step)).toEqual(["call", "how", "talked"]);

  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "vapi", aiCallsEnd: "no_answer" });
  await fault("vapi", "create_call", "slow", { ms: 1500, times: 1 });
  const early = await runs.start("calls", steps("P1D"), { lead });
  await vi.waitFor(report, { timeout: 1400, interval: 50 }); // while the call's own answer is on its way
  expect((await runs.view(early)).steps[0]?.output).toBeNull();
  expect((await runs.until(early, "completed")).steps.map(({ step }) => step)).toEqual(["call", "how", "missed"]);

  const silent = await runs.start("calls", steps("PT1S"), { lead });
  expect((await runs.until(silent, "completed")).steps[0]?.output).toMatchObject({ status: "no-answer" });
  expect((await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts.vapi.create_call).toBe(3);
});

test("an operator pauses, resumes, cancels, skips and retries; what is refused says why; a paused run expires", async () => {
  await mesh.connect("orders", "twilio");
  const lead = await runs.lead("orders", { phone: "+12025550107" });
  const nap = { id: "nap", type: "wait", for: "P1D" };
  const run = await runs.start("orders", [sms("one"), nap, sms("two")], { lead });
  await runs.until(run, "waiting");
  expect(await order(run, { order: "pause" })).toMatchObject({ state: "paused", reason: "Paused by Olivia" });
  expect(await order(run, { order: "pause" })).toEqual({ refused: "Only a run that goes or waits can be paused; this one is paused." });
  await order(run, { order: "resume" });
  expect(await runs.until(run, "waiting")).toMatchObject({ step: "nap" }); // the day is not over
  expect(await order(run, { order: "skip", step: "one" })).toEqual({ refused: "The step is done already." });
  await order(run, { order: "skip", step: "nap" });
  await runs.until(run, "completed");
  await order(run, { order: "retry", step: "two" });
  await runs.until(run, "completed");
  expect((await runs.inbox("twilio", "+12025550107")).map(({ text }) => text).sort()).toEqual(["Text one", "Text two", "Text two"]);

  const cancelled = await runs.start("orders", [{ id: "nap", type: "wait", event: "message.received" }], { lead });
  await runs.until(cancelled, "waiting");
  await order(cancelled, { order: "cancel" });
  expect(await runs.view(cancelled)).toMatchObject({ state: "cancelled", reason: "Cancelled by Olivia", step: null, wakesAt: null });
  const data = { message_id: "SM2", channel: "sms", from: "+12025550107", to: "+12025550100", body: "late" };
  await runs.object(cancelled).happened({ type: "message.received", event: "evt_2", data, now: Date.now() });
  expect((await runs.view(cancelled)).steps).toMatchObject([{ step: "nap", state: "waiting" }]); // what comes too late changes nothing
  expect(await order(cancelled, { order: "skip", step: "gone" })).toEqual({ refused: "The run has not come to this step." });
  expect(await order({ contractor: "orders", run: "run_nothing" }, { order: "cancel" })).toBeNull();

  const mail = { id: "mail", type: "email", subject: "Hello", text: "Hello", to: "a@example.com" };
  const expired = await runs.until(await runs.start("orders", [mail], { expires_after: "PT1S" }), "failed");
  expect(expired.reason).toMatch(/Gmail, Mailgun, or SendGrid is not connected. Nobody resumed it in time, so it ended$/);
});

test("the list may be late, never wrong: without D1 a run goes on, and says so once D1 is back; one that was lost is said to be", async () => {
  await mesh.connect("late", "twilio");
  await mesh.db.exec("ALTER TABLE runs RENAME TO runs_away");
  const run = await runs.start("late", [{ ...sms("text"), to: "+12025550109" }]);
  await runs.until(run, "completed");
  await mesh.db.exec("ALTER TABLE runs_away RENAME TO runs");
  const listed = async (id: string) =>
    (await mesh.api("GET", "/runs", undefined, { contractor: "late" })).body.runs.find((one: { id: string }) => one.id === id);
  await vi.waitFor(async () => expect(await listed(run.run)).toMatchObject({ state: "completed" }), { timeout: 10_000 });

  await mesh.db.exec(
    "INSERT INTO runs (id, contractor, workflow, version, name, state, started_at, updated_at, wakes_at) VALUES ('run_lost', 'late', 'wf_test', 1, 'Test', 'running', 1, 1, 1)",
  );
  await mesh.stack.fireCrons();
  expect(await listed("run_lost")).toMatchObject({ state: "failed", reason: "The run was lost, and cannot go on" });
});

test("a contractor who is destroyed takes their runs along, those that wait too", async () => {
  const run = await runs.start("ended", [{ id: "nap", type: "wait", for: "P1D" }]);
  await runs.until(run, "waiting");
  const { status } = await mesh.api("DELETE", "/operator/contractors/ended", { confirm: "ended" }, { role: "operator" });
  expect(status).toBe(200);
  expect(await runs.object(run).view()).toBeNull();
});
