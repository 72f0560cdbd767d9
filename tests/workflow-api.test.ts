/** Workflows over the API: what is wrong is named and nothing of it is kept; what starts a run starts one. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BAD, hello, type Json, pause, steps, weighing } from "./definitions.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let db: D1Database;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["pipedrive", "twilio"], cronMs: 500 });
  ({ db } = mesh);
  await mesh.connect("demo", "twilio");
});
afterAll(() => mesh.stop());

const PATIENCE = { timeout: 20_000, interval: 100 };
const OTHER = { contractor: "next-door" };
const create = async (definition: Json, as?: { contractor?: string }): Promise<{ id: string; revision: number }> => {
  const { status, body } = await mesh.api("POST", "/workflows", { definition }, as);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};
const on = async (definition: Json) => {
  const { id } = await create(definition);
  const { status, body } = await mesh.api("POST", `/workflows/${id}/activate`);
  expect(status, JSON.stringify(body)).toBe(200);
  return id;
};
const runsOf = async (workflow: string) => (await mesh.api("GET", `/runs?workflow=${workflow}`)).body.runs;
let texts = 0;
/** A customer's text, delivered as often as asked. */
async function text(more: Json = {}): Promise<void> {
  const { url } = (await mesh.api("GET", "/connections/twilio")).body.webhook;
  const ask = { vendor: "twilio", kind: "message.received", url, seed: ++texts, ...more };
  const { body } = await mesh.sandbox("POST", "/sandbox/api/pushes", ask);
  expect(Object.keys(body.statuses)).toEqual(["200"]);
}
const handedOn = () =>
  vi.waitFor(async () => {
    const { received, processing, failed } = (await mesh.api("GET", "/events")).body.counts;
    expect([received, processing, failed]).toEqual([0, 0, 0]);
  }, PATIENCE);

describe("a definition that is wrong", () => {
  test.each(BAD)("$what: the place is named, and nothing is kept", async ({ definition, at, says, near, mended }) => {
    const before = (await mesh.api("GET", "/workflows")).body.workflows.length;
    const made = await mesh.api("POST", "/workflows", { definition });
    expect(made.status).toBe(422);
    expect(made.body.error.issues).toContainEqual(
      expect.objectContaining({
        ...{ at, message: expect.stringMatching(says) },
        ...(near && { near: expect.arrayContaining([near]) }),
        ...(mended && { remedy: { words: expect.stringMatching(mended), url: null } }),
      }),
    );
    expect((await mesh.api("GET", "/workflows")).body.workflows).toHaveLength(before);
    const { id, revision } = await create(steps(hello));
    expect((await mesh.api("PUT", `/workflows/${id}`, { definition, revision })).status).toBe(422);
    expect((await mesh.api("GET", `/workflows/${id}`)).body).toMatchObject({ revision, definition: steps(hello) });
    await mesh.api("DELETE", `/workflows/${id}`);
  });

  test("too large: told apart at the door and by its own weight", async () => {
    const authorization = `Bearer ${await mesh.token("demo")}`;
    const post = async (path: string, body: Json) => {
      // What is refused unread ends its connection.
      const headers = { authorization, "content-type": "application/json", connection: "close" };
      const reply = await fetch(`${mesh.url}/api${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return [reply.status, ((await reply.json()) as { error: { message: string } }).error.message];
    };
    for (const bytes of [262_145, 1_000_000])
      expect(await post("/workflows", { definition: weighing(bytes) })).toEqual([413, expect.stringMatching(/262,144 bytes.*Shorten/)]);
    // The attack: so deep that whoever reads it runs out of stack.
    const deep = `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`;
    const fetched = await fetch(`${mesh.url}/api/workflows`, {
      ...{ method: "POST", headers: { authorization, "content-type": "application/json" } },
      body: `{"definition":{"name":"Deep","steps":[{"id":"t","type":"tool","tool":"crm/send_sms","arguments":${deep}}]}}`,
    });
    expect([fetched.status, await fetched.json()]).toMatchObject([
      422,
      { error: { issues: [{ message: expect.stringMatching(/nested more than/) }] } },
    ]);
    expect(await post("/keys", { name: "x".repeat(70_000) })).toEqual([413, expect.stringMatching(/65,536/)]);
  });

  test("what is missing may be saved, and is listed, each with what mends it", async () => {
    const { body: numbers } = await mesh.api("GET", "/resources/phone_number");
    expect(numbers).toMatchObject({ source: { vendor: "twilio", name: "Twilio" }, connected: true });
    const foreign = (await mesh.api("POST", "/templates", { name: "T", subject: "Hi", text: "Hello" }, OTHER)).body.id;
    const { id } = await create({
      ...steps(
        { id: "call", type: "ai_call", from: "+15550100" },
        { id: "mail", type: "email", template: foreign },
        { id: "hook", type: "webhook", subscription: "sub_gone" },
        { id: "crm", type: "crm_sync", crm: "pipedrive" },
        { id: "mine", type: "sms", to: "+12025550147", body: "x", from: numbers.items[0].id },
        { id: "theirs", type: "sms", to: "+12025550147", body: "x", from: "+12025550999" },
      ),
      trigger: { on: "schedule", every: "PT1M" },
    });
    const { ready, issues } = (await mesh.api("GET", `/workflows/${id}/checklist`)).body;
    expect(ready).toBe(false);
    expect(issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ at: "trigger.every", message: expect.stringMatching(/5 minutes/) }),
        expect.objectContaining({ at: "steps.0.assistant", step: "call" }),
        expect.objectContaining({ at: "steps.1.template", step: "mail", message: expect.stringMatching(/not among yours/) }),
        expect.objectContaining({ at: "steps.2.subscription", step: "hook" }),
        expect.objectContaining({
          at: "steps.3",
          step: "crm",
          remedy: { words: "Connect Pipedrive", url: "/settings/integrations/pipedrive" },
        }),
      ]),
    );
    expect(issues.find(({ step }: { step: string }) => step === "theirs")).toMatchObject({
      at: "steps.5.from",
      message: expect.stringMatching(/not among yours/),
    });
    expect(issues.filter(({ step }: { step: string }) => step === "mine")).toEqual([]);
    const refused = await mesh.api("POST", `/workflows/${id}/activate`);
    expect([refused.status, refused.body.error.issues]).toEqual([422, issues]);
    expect((await mesh.api("GET", `/workflows/${id}`)).body).toMatchObject({
      state: "draft",
      active_version: null,
      health: { ready: false },
    });
    expect((await mesh.api("POST", `/workflows/${id}/runs`, {})).body.error).toMatchObject({ kind: "NotActive" });
  });
});

test("the attack: another contractor's workflow, run and lead, under every verb", async () => {
  const id = await on(steps(pause));
  const [run] = (await mesh.api("POST", `/workflows/${id}/runs`, {})).body.runs;
  for (const [method, path, body] of [
    ["GET", ""],
    ["PUT", "", { definition: steps(hello), revision: 1 }],
    ["DELETE", ""],
    ["POST", "/duplicate"],
    ["GET", "/checklist"],
    ["POST", "/activate"],
    ["POST", "/deactivate"],
    ["POST", "/runs", {}],
  ] as const)
    expect((await mesh.api(method, `/workflows/${id}${path}`, body, OTHER)).status, `${method} ${path}`).toBe(404);
  expect((await mesh.api("GET", `/runs/${run.id}`, undefined, OTHER)).status).toBe(404);
  expect((await mesh.api("POST", `/runs/${run.id}/orders`, { order: "cancel" }, OTHER)).status).toBe(404);
  expect((await mesh.api("GET", "/runs", undefined, OTHER)).body.runs).toEqual([]);
  expect((await mesh.api("GET", `/placeholders?workflow=${id}`, undefined, OTHER)).status).toBe(404);
  const theirs = await mesh.api("POST", "/workflows", { definition: steps(pause) }, OTHER);
  const own = theirs.body.id;
  await mesh.api("POST", `/workflows/${own}/activate`, undefined, OTHER);
  await db
    .prepare(
      "INSERT INTO leads (id, contractor, name, phones, emails, source, custom, external, created_at, updated_at, edited_at) VALUES ('lead_demo', 'demo', 'Jo', '[]', '[]', NULL, '{}', '{}', 1, 1, 1)",
    )
    .run();
  const stolen = await mesh.api("POST", `/workflows/${own}/runs`, { leads: ["lead_demo"] }, OTHER);
  expect([stolen.status, stolen.body.error.fields]).toEqual([422, { "leads.0": expect.any(String) }]);
  for (const role of ["member", "operator"] as const)
    expect((await mesh.api("POST", `/workflows/${id}/deactivate`, undefined, { role })).status).toBe(403);
  expect((await mesh.api("GET", `/runs/${run.id}`)).body).toMatchObject({ id: run.id, state: "waiting", step: "pause" });
});

test("of two who save at once one is told; a version that runs is not what is edited", async () => {
  const id = await on(steps(pause));
  const [run] = (await mesh.api("POST", `/workflows/${id}/runs`, {})).body.runs;
  const saves = await Promise.all(
    ["One", "Two"].map((name) => mesh.api("PUT", `/workflows/${id}`, { definition: { ...steps(pause), name }, revision: 1 })),
  );
  expect(saves.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(saves.find(({ status }) => status === 409)?.body.error.message).toMatch(/newest revision is 2/);
  await vi.waitFor(async () => {
    expect((await mesh.api("GET", `/runs/${run.id}`)).body).toMatchObject({
      version: 1,
      name: "Follow up",
      steps: [{ step: "pause", type: "wait" }],
    });
  }, PATIENCE);
  expect((await mesh.api("DELETE", `/workflows/${id}`)).status).toBe(409);
  await mesh.api("POST", `/workflows/${id}/activate`);
  expect((await mesh.api("GET", `/workflows/${id}`)).body).toMatchObject({ active_version: 2, runs: { waiting: 1 } });
  expect((await mesh.api("POST", `/runs/${run.id}/orders`, { order: "cancel" })).body).toMatchObject({ state: "cancelled" });
  await vi.waitFor(async () => expect((await mesh.api("DELETE", `/workflows/${id}`)).status).toBe(200), PATIENCE);
  expect((await mesh.api("GET", `/runs/${run.id}`)).body).toMatchObject({ state: "cancelled", definition: null });
});

test("an event starts one run, however often it is told; one that does not fit starts none", async () => {
  const trigger = { on: "event", event: "message.received" };
  const fits = await on({
    ...steps(pause),
    trigger: { ...trigger, conditions: [{ left: "{{event.channel}}", is: "equal", right: "sms" }] },
  });
  const not = await on({
    ...steps(pause),
    trigger: { ...trigger, conditions: [{ left: "{{event.channel}}", is: "equal", right: "fax" }] },
  });
  await text({ duplicates: 3 });
  const [run] = await vi.waitFor(async () => {
    const found = await runsOf(fits);
    expect(found).toHaveLength(1);
    return found;
  }, PATIENCE);
  expect(run.lead).toMatchObject({ id: expect.stringMatching(/^lead_/) });
  const [event] = (await mesh.api("GET", "/events?type=message.received&limit=1")).body.events;
  expect((await mesh.api("POST", "/events/replay", { ids: [event.id] })).body).toEqual({ replayed: 1 });
  await handedOn();
  expect([await runsOf(fits), await runsOf(not)]).toMatchObject([[{ id: run.id }], []]);
  for (const id of [fits, not]) await mesh.api("POST", `/workflows/${id}/deactivate`);
  await text();
  await handedOn();
  expect(await runsOf(fits)).toHaveLength(1);
  // What came while it was off is no news once it is on again, however often it is replayed.
  await mesh.api("POST", `/workflows/${fits}/activate`);
  const [late] = (await mesh.api("GET", "/events?type=message.received&limit=1")).body.events;
  await mesh.api("POST", "/events/replay", { ids: [late.id] });
  await handedOn();
  expect(await runsOf(fits)).toHaveLength(1);
  await mesh.api("POST", `/workflows/${fits}/deactivate`);
});

test("a new lead starts what begins with one, whether it is made by the API or in a file that asks for it; a repeat starts nothing", async () => {
  const add = (lead: Json) => mesh.api("POST", "/leads", lead);
  const gone = await add({ name: "Gus Gone", phones: ["+12025550906"] });
  expect((await mesh.api("DELETE", `/leads/${gone.body.id}`)).status).toBe(200);
  const workflow = await on({ ...steps({ ...pause, for: "P1D" }), trigger: { on: "event", event: "lead.created" } });
  const names = async () => (await runsOf(workflow)).map(({ lead }: { lead: { name: string } }) => lead.name).sort();
  const made = await add({ name: "Una Made", phones: ["+12025550901"] });
  expect((await add({ name: "Una Again", phones: ["+12025550901"] })).status).toBe(409);
  expect((await add({ name: "Quinn Quiet", phones: ["+12025550902"], announce: false })).status).toBe(201);
  const csv = "name,phone\nUna Made,+12025550901\nIda File,+12025550903\nIra File,+12025550904\n";
  const load = (ask: Json) => mesh.api("POST", "/leads/import", ask);
  expect((await load({ csv: "name,phone\nSy Silent,+12025550905\n" })).body.created).toBe(1);
  expect((await load({ csv, announce: true, dry_run: true })).status).toBe(200);
  expect((await load({ csv, announce: true })).body).toMatchObject({ created: 2, updated: 1 });
  expect((await load({ csv, announce: true })).body).toMatchObject({ created: 0, updated: 3 });
  await vi.waitFor(async () => expect(await names()).toEqual(["Ida File", "Ira File", "Una Made"]), PATIENCE);
  await handedOn();
  expect(await names()).toEqual(["Ida File", "Ira File", "Una Made"]);
  expect((await mesh.api("GET", "/leads?query=2025550906")).body.leads).toEqual([]);
  const { timeline, external } = (await mesh.api("GET", `/leads/${made.body.id}`)).body;
  expect(timeline.filter(({ type }: { type: string }) => type === "lead.created")).toMatchObject([
    { words: "New lead", vendor: "junction" },
  ]);
  expect(external).toEqual({});
});

test("workflows that start one another in a circle come to an end, and say why", async () => {
  const again = { id: "again", type: "tool", tool: "crm/start_workflow", arguments: { workflow: "Round and round" } };
  const workflow = await on({ ...steps(again), name: "Round and round" });
  await mesh.api("POST", `/workflows/${workflow}/runs`, {});
  await vi.waitFor(
    async () =>
      expect((await runsOf(workflow)).map(({ state }: { state: string }) => state).sort()).toEqual(
        [..."ccccc"].map(() => "completed").concat("failed"),
      ),
    PATIENCE,
  );
  const [last] = (await runsOf(workflow)).filter(({ state }: { state: string }) => state === "failed");
  expect(last.reason).toContain("started one another");
});

test("a run that waits for an event about its lead goes on with what it says, once that comes", async () => {
  const id = await on(steps({ id: "answer", type: "wait", event: "message.received", deadline: "P1D" }));
  await text({ entity: 77 });
  await handedOn();
  const [{ id: lead }] = (await mesh.api("GET", "/leads?limit=1")).body.leads;
  const [run] = (await mesh.api("POST", `/workflows/${id}/runs`, { leads: [lead] })).body.runs;
  await vi.waitFor(async () => expect((await mesh.api("GET", `/runs/${run.id}`)).body.state).toBe("waiting"), PATIENCE);
  await db.prepare("UPDATE run_waits SET since = since + 3600000 WHERE run = ?").bind(run.id).run();
  await text({ entity: 77 }); // it came before the run began to wait
  await handedOn();
  expect((await mesh.api("GET", `/runs/${run.id}`)).body.state).toBe("waiting");
  await db.prepare("UPDATE run_waits SET since = since - 3600000 WHERE run = ?").bind(run.id).run();
  const { body: same } = await mesh.api("POST", "/leads", { name: "Jo Doe", emails: ["jo@example.com"] });
  expect((await mesh.api("POST", `/leads/${lead}/merge`, { into: same.id })).status).toBe(200); // and goes on being waited for
  await text({ entity: 77 });
  await vi.waitFor(async () => expect((await mesh.api("GET", `/runs/${run.id}`)).body.state).toBe("completed"), PATIENCE);
  expect((await mesh.api("GET", `/runs/${run.id}`)).body.steps[0].output).toMatchObject({ happened: "yes", channel: "sms" });
});

test("a schedule starts one run each time it is due, also after nobody looked for days", async () => {
  const id = await on({ ...steps(pause), trigger: { on: "schedule", every: "P1D", at: "09:00", time_zone: "America/New_York" } });
  const due = (await mesh.api("GET", `/workflows/${id}`)).body.next_at;
  expect(due).toBeGreaterThan(Date.now());
  await db
    .prepare("UPDATE workflows SET next_at = ? WHERE id = ?")
    .bind(due - 5 * 86_400_000, id)
    .run();
  const [run] = await vi.waitFor(async () => {
    const found = await runsOf(id);
    expect(found).toHaveLength(1);
    return found;
  }, PATIENCE);
  expect(run.lead).toBeNull();
  await vi.waitFor(async () => expect((await mesh.api("GET", `/workflows/${id}`)).body.next_at).toBe(due), PATIENCE);
  await db
    .prepare("UPDATE workflows SET next_at = ? WHERE id = ?")
    .bind(due - 5 * 86_400_000, id)
    .run(); // a crash before the next time was noted
  await vi.waitFor(async () => expect((await mesh.api("GET", `/workflows/${id}`)).body.next_at).toBe(due), PATIENCE);
  expect(await runsOf(id)).toMatchObject([{ id: run.id }]);
});

test("what the builder draws from: step types, placeholders where they may stand, and resources of this contractor alone", async () => {
  const { step_types } = (await mesh.api("GET", "/step-types")).body;
  expect(step_types.map(({ type }: { type: string }) => type)).toHaveLength(12);
  expect(step_types.find(({ type }: { type: string }) => type === "sms")).toMatchObject({
    needs: [{ tool: "crm/send_sms", vendors: ["twilio"] }],
    outputs: { message_id: expect.any(String) },
  });
  const { id } = await create(steps(hello, pause, { id: "bye", type: "sms", body: "x" }));
  const at = async (step: string) =>
    (await mesh.api("GET", `/placeholders?workflow=${id}&step=${step}`)).body.placeholders.map(({ name }: { name: string }) => name);
  expect(await at("bye")).toEqual(expect.arrayContaining(["first_name", "steps.hello.message_id"]));
  expect(await at("hello")).not.toContain("steps.hello.message_id");
  const { body: template } = await mesh.api("POST", "/templates", { name: "Estimate", subject: "Your estimate", text: "Hello" });
  expect((await mesh.api("GET", "/resources/email_template?query=estim")).body).toMatchObject({
    items: [{ id: template.id, name: "Estimate", usable: true }],
    connected: true,
  });
  expect((await mesh.api("GET", "/resources/email_template", undefined, { contractor: "a-third" })).body.items).toEqual([]);
  expect((await mesh.api("GET", "/resources/page")).body).toMatchObject({
    items: [],
    connected: false,
    connect_url: expect.stringContaining("/settings/integrations"),
  });
  expect((await mesh.api("GET", "/resources/crm_field")).body.error.fields).toEqual({ vendor: expect.any(String) });
  expect((await mesh.api("GET", "/resources/horses")).status).toBe(404);
});
