import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENTS, type StoredEvent } from "@junction/core";
import { expect, test } from "vitest";
import { eventBody } from "./body.ts";
import { OWN_EVENTS } from "./fan-out.ts";

const STORED: StoredEvent = {
  ...{ id: "evt_1", contractor: "demo", vendor: "square", connection: "con_1", receivedAt: 1_795_253_400_000 },
  event: { id: "sq_1", type: "access.revoked", entity: "account:1", account: "M1", data: {} },
};

test("a body has what is promised and nothing else: neither the connection nor the vendor's own ids of event and account", () => {
  expect(eventBody(STORED)).toEqual({
    ...{ id: "evt_1", type: "access.revoked", version: 1, timestamp: "2026-11-21T09:30:00.000Z" },
    ...{ contractor: "demo", vendor: "square", data: {}, person: null },
  });
  const told = { ...STORED, event: { ...STORED.event, occurredAt: 1_795_253_399_000, person: { name: "Ada" } } };
  expect(eventBody(told)).toMatchObject({ timestamp: "2026-11-21T09:29:59.000Z", person: { name: "Ada" } });
});

test("the page for receivers names every type, and each field of its data", () => {
  const rows = readFileSync(join(import.meta.dirname, "../../../docs/webhooks-out.md"), "utf8").split("\n");
  const rowOf = (type: string) => rows.find((row) => row.startsWith("| ") && row.split("|")[1]?.includes(`\`${type}\``)) ?? "";
  for (const type of OWN_EVENTS) expect(rowOf(type)).not.toBe("");
  for (const [type, schema] of Object.entries(EVENTS)) {
    const row = rowOf(type);
    for (const [field, { def }] of Object.entries(schema.shape))
      expect(row, `${type} ${field}`).toMatch(new RegExp(`\`${field}\`${def.type === "optional" ? "\\?" : "(?!\\?)"}`));
  }
});
