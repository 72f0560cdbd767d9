import { toolById } from "@junction/catalog";
import { expect, test } from "vitest";
import { argumentIssues, closestTools, findTool, wireName } from "./contracts.ts";

const sms = toolById("crm/send_sms");
if (!sms) throw new Error("the catalog lacks crm/send_sms");

test("a tool is found by its id and by its wire name", () => {
  expect(findTool("crm/send_sms")?.id).toBe("crm/send_sms");
  expect(findTool("crm_send_sms")?.id).toBe("crm/send_sms");
  expect(findTool("crm.send_sms")).toBeUndefined();
});

test("wire names are such as every client takes, and no two tools share one", async () => {
  const { catalog } = await import("@junction/catalog");
  const names = catalog.tools.map(({ id }) => wireName(id));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,51}$/);
});

test("an unknown name gets the closest ones first", () => {
  expect(closestTools("crm_send_sm")[0]).toBe("crm/send_sms");
  expect(closestTools("x".repeat(100_000))).toHaveLength(3);
});

test("each wrong argument is named, with what is allowed", () => {
  expect(argumentIssues(sms, { to: "555", body: "", colour: "red" })).toEqual([
    "to: is not valid; give a phone number in E.164 form, such as +12025550123",
    "body: is not valid; give the text, 1 to 1,600 characters; over 160 it is sent and billed in parts",
    "colour: not an argument of crm/send_sms; allowed: to, body, from",
  ]);
  expect(argumentIssues(sms, { body: "hi" })).toEqual(["to: is missing; give a phone number in E.164 form, such as +12025550123"]);
  expect(argumentIssues(sms, "text")).toEqual(["arguments: must be an object with to, body, from"]);
  expect(argumentIssues(sms, { to: "+12025550123", body: "hi" })).toEqual([]);
});

test("every rule of a contract's schema survives into the check: types, lengths, formats, enumerations", () => {
  const issues = (id: string, input: unknown) => argumentIssues(toolById(id) ?? sms, input).map((issue) => issue.split(":")[0]);
  const charge = { amount_cents: 100, customer_id: "cus_1", description: "Roof" };
  expect(issues("crm/charge_card", charge)).toEqual([]);
  expect(issues("crm/charge_card", { ...charge, amount_cents: 1.5 })).toEqual(["amount_cents"]);
  expect(issues("crm/charge_card", { ...charge, amount_cents: 0 })).toEqual(["amount_cents"]);
  expect(issues("crm/charge_card", { ...charge, currency: "USD" })).toEqual(["currency"]);
  expect(issues("crm/charge_card", { ...charge, receipt_email: "ann" })).toEqual(["receipt_email"]);
  expect(issues("crm/refund_payment", { payment_id: "pi_1", reason: "whim" })).toEqual(["reason"]);
  expect(issues("crm/create_event", { title: "x", start: "2026-12-01T09:00:00", end: "2026-12-01T10:00:00Z" })).toEqual(["start"]);
});
