/** Which events start runs, in a real D1, after the leads' consumer has had them. */
import type { StoredEvent, VendorEvent } from "@junction/core";
import { activateWorkflow, addLead, addWorkflow, beginSync, saveSync } from "@junction/db";
import { leads } from "@junction/leads";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenD1, openD1 } from "../../db/src/testing/d1.ts";
import { workflowsConsumer } from "./consumer.ts";
import type { RunView, StartRun } from "./run.ts";

let open: OpenD1;
let db: D1Database;
beforeAll(async () => {
  open = await openD1();
  db = open.db;
});
afterAll(() => open.close());

const NOW = Date.UTC(2026, 10, 21);
let contractor = "";
let made = 0;
let started: StartRun[] = [];
beforeEach(() => {
  contractor = `c${++made}`;
  started = [];
});

async function on(event: string, conditions: unknown[] = []): Promise<string> {
  const id = `wf_${made}${event.replaceAll(".", "")}`;
  const definition = JSON.stringify({ name: "W", trigger: { on: "event", event, conditions }, steps: [] });
  await addWorkflow(db, { id, contractor, name: "W", draft: definition, now: NOW }, 10);
  await activateWorkflow(db, { id, contractor, revision: 1, definition, trigger: event, nextAt: null, now: NOW });
  return id;
}
let events = 0;
type Given = Pick<VendorEvent, "type" | "data"> & Partial<VendorEvent>;
async function told(given: Given, over: Partial<StoredEvent> = {}): Promise<void> {
  const n = ++events;
  const event = { id: `v${n}`, entity: `thing:${n}`, ...given } as VendorEvent;
  const stored: StoredEvent = {
    id: `evt_${n}`,
    contractor,
    vendor: "hubspot",
    connection: "con_1",
    receivedAt: NOW + 1_000,
    event,
    ...over,
  };
  await leads(db, () => NOW + 1_000).take(stored);
  const start = async (ask: StartRun) => {
    started.push(ask);
    return {} as RunView;
  };
  await workflowsConsumer({ db, run: () => ({ start, happened: async () => undefined }) }, () => NOW + 1_000).take(stored);
}
const changed = (name: string, value: string) =>
  ({
    type: "contact.updated",
    data: { contact_id: "51", changed: { [name]: value } },
    person: { id: "51", email: "ann@example.com" },
  }) as const;

test("what we wrote to a CRM comes back and starts nothing; what somebody changed there starts a run about the lead", async () => {
  const workflow = await on("contact.updated");
  await addLead(db, {
    contractor,
    id: "lead_ann",
    name: "Ann",
    phones: [],
    emails: ["ann@example.com"],
    source: "api",
    custom: {},
    now: NOW,
  });
  const sync = { contractor, lead: "lead_ann", vendor: "hubspot", now: NOW };
  await beginSync(db, { ...sync, written: { roof: "slate" } });
  await saveSync(db, { ...sync, crmId: "51", base: {}, toLead: null });
  await told(changed("roof", "slate"));
  expect(started).toEqual([]);
  await told(changed("roof", "tiles"));
  expect(started).toMatchObject([{ workflow, lead: { id: "lead_ann" }, event: { changed: { roof: "tiles" } } }]);
});

test("a condition is held against what the event says and who the lead is", async () => {
  await on("lead.created", [
    { left: "{{event.answers.city}}", is: "equal", right: "Reno" },
    { left: "{{first_name}}", is: "not_empty" },
  ]);
  const lead = (id: string, city: string, name?: string): Given => ({
    type: "lead.created",
    data: { lead_id: id, answers: { city } },
    person: { id, name },
  });
  await told(lead("1", "Elko", "Ann"));
  await told(lead("2", "Reno"));
  expect(started).toEqual([]);
  await told(lead("3", "reno", "Ann"));
  expect(started).toHaveLength(1);
});

test("who is no lead starts nothing; what can be about nobody starts a run about nobody; what came too early starts none", async () => {
  await Promise.all([on("email.opened"), on("review.created")]);
  await told({ type: "email.opened", data: { message_id: "m", to: "stranger@example.com" } });
  expect(started).toEqual([]);
  await told({ type: "review.created", data: { review_id: "r", rating: 5 } });
  expect(started).toMatchObject([{ lead: null, event: { rating: 5 } }]);
  await told({ type: "review.created", data: { review_id: "r2" } }, { receivedAt: NOW - 1 });
  expect(started).toHaveLength(1);
});
