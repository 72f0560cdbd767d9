/** What is planned is shown, cannot be configured, and is not taken for a tool; the test's own vendor, since every listed one works. */
import { plannedFor } from "@junction/catalog";
import type { CatalogPlanned } from "@junction/core";
import { expect, test } from "vitest";
import { notYet, onRoadmap } from "./on-roadmap.ts";
import { explain } from "./words.ts";

const FAX: CatalogPlanned = {
  ...{ id: "fax-line", name: "Fax Line", category: "communication", powers: "Faxes to the county's office", docs: "https://fax.example" },
  tools: ["crm/send_fax"],
};

test("it has its badge and nothing that a connection has", () => {
  expect(onRoadmap(FAX)).toMatchObject({ vendor: "fax-line", name: "Fax Line", status: "planned", credential_type: null, account: null });
});

test("whatever is asked of it is refused, and says why", () => {
  expect(notYet(FAX)).toMatchObject({ status: 409, problem: { kind: "Planned", message: expect.stringContaining("Fax Line is planned") } });
});

test("an agent that asks for its tool, by either name, is told that it is planned; any other name is no tool", () => {
  const told = (tool: string) => {
    const planned = plannedFor(tool, [FAX]).map(({ name }) => name);
    return explain({ kind: "UnknownTool", closest: ["crm/send_sms"], planned }, { publicUrl: "", tool, vendor: undefined, call: "" }).text;
  };
  expect(told("crm/send_fax")).toBe("crm/send_fax cannot be used yet: Fax Line is planned.");
  expect(told("crm_send_fax")).toContain("Fax Line is planned");
  expect(told("crm/send_telex")).toBe("There is no tool named crm/send_telex.");
});
