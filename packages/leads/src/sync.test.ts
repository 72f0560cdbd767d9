/** What holds of every merge and every sync, whatever both sides did. */
import type { Base } from "@junction/db";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEcho } from "./echo.ts";
import { merge, type Policy, same, type Value } from "./merge.ts";
import { type CrmRecord, customOf, type SyncField, type SyncPlan, syncFields, syncPlan } from "./sync.ts";

const value: fc.Arbitrary<Value> = fc.constantFrom(null, "a", "b", "c", "5", "5.0", "2026-11-21T00:00:00Z");
const policy: fc.Arbitrary<Policy> = fc.constantFrom("ours", "theirs", "newest");
const newer = fc.constantFrom("ours" as const, "theirs" as const);
const sides = fc.record({
  base: fc.option(fc.record({ ours: value, theirs: value }), { nil: undefined }),
  ours: value,
  theirs: value,
  policy,
  newer,
});

describe("a merge", () => {
  test("followed, leaves nothing to write, and is not undone by a second one", () =>
    fc.assert(
      fc.property(sides, (given) => {
        const { keep } = merge(given);
        const [ours, theirs] =
          keep === "ours" ? [given.ours, given.ours] : keep === "theirs" ? [given.theirs, given.theirs] : [given.ours, given.theirs];
        expect(merge({ ...given, ours, theirs, base: { ours, theirs } })).toEqual({ keep: "both", conflict: false });
      }),
    ));
  test("never empties the CRM, never overrides who alone changed, and asks the policy only in a conflict", () =>
    fc.assert(
      fc.property(sides, (given) => {
        const { keep, conflict } = merge(given);
        const { base, ours, theirs } = given;
        if (ours === null) expect(keep).not.toBe("ours");
        if (base && same(base.theirs, theirs)) expect(keep).not.toBe("theirs");
        if (base && same(base.ours, ours) && ours !== null) expect(keep).not.toBe("ours");
        const others = (["ours", "theirs", "newest"] as const).map((one) => merge({ ...given, policy: one }).keep);
        if (!conflict) expect(new Set(others).size).toBe(1);
        else expect(others.slice(0, 2)).toEqual(["ours", "theirs"]);
      }),
    ));
});

/** A lead and a CRM as simple as can be, that do what a plan says. `normal`: how the CRM keeps a text. */
interface World {
  lead: { name: string | null; phones: string[]; emails: string[]; custom: Record<string, string>; editedAt: number };
  crm: CrmRecord | null;
  base: Base;
}
const FIELDS: readonly { readonly field: string; readonly template: string; readonly policy: Policy }[] = [
  { field: "roof", template: "{{lead.custom.roof}}", policy: "newest" },
  { field: "stage", template: "{{lead.custom.stage}}", policy: "theirs" },
  { field: "note", template: "Roof: {{lead.custom.roof}}", policy: "ours" },
];
const fieldsOf = ({ lead: { custom } }: World): Record<string, SyncField> =>
  syncFields(
    Object.fromEntries(FIELDS.map(({ field, template, policy: both_changed }) => [field, { value: template, both_changed }])),
    (text) => {
      const name = /custom\.(\w+)/.exec(text)?.[1] ?? "";
      return custom[name] === undefined ? null : text.replace(/\{\{.*\}\}/, custom[name]);
    },
  );
const plan = (world: World, sends = true): SyncPlan =>
  syncPlan({ lead: world.lead, sync: { crmId: "1", base: world.base }, theirs: world.crm, fields: fieldsOf(world), sends });

function follow(world: World, normal: (text: string) => string): SyncPlan {
  const done = plan(world);
  const { toCrm, toLead, base } = done;
  if (toCrm) {
    const before = world.crm ?? { crm_id: "1", phones: [], emails: [], fields: {} };
    world.crm = {
      ...before,
      name: toCrm.name ?? before.name,
      phones: toCrm.phone === undefined ? before.phones : [toCrm.phone],
      emails: toCrm.email === undefined ? before.emails : [toCrm.email],
      fields: { ...before.fields, ...Object.fromEntries(Object.entries(toCrm.fields).map(([name, text]) => [name, normal(text)])) },
      updated_at: new Date(5_000).toISOString(),
    };
  }
  const { name, phone, email, custom } = toLead ?? {};
  if (name !== undefined) world.lead.name = name;
  if (phone !== undefined) world.lead.phones = [phone, ...world.lead.phones.filter((one) => one !== phone)];
  if (email !== undefined) world.lead.emails = [email, ...world.lead.emails.filter((one) => one !== email)];
  for (const [field, text] of Object.entries(custom ?? {})) {
    if (text === null) delete world.lead.custom[field];
    else world.lead.custom[field] = text;
  }
  world.base = base;
  return done;
}

const text = fc.constantFrom("slate", "Tile", "5", "5.00");
const PHONES = ["+12025550101", "+12025550102", "+12025550103"];
type Edit = (world: World) => void;
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom("roof", "stage"), text, fc.nat(9_000)).map(
    ([field, to, at]): Edit =>
      ({ lead }) => {
        lead.custom[field] = to;
        lead.editedAt = at;
      },
  ),
  fc.tuple(fc.constantFrom("roof", "stage", "note"), fc.option(text), fc.nat(9_000)).map(
    ([field, to, at]): Edit =>
      (world) => {
        if (world.crm) world.crm = { ...world.crm, fields: { ...world.crm.fields, [field]: to }, updated_at: new Date(at).toISOString() };
      },
  ),
  fc.tuple(fc.subarray(PHONES, { minLength: 1 }), fc.boolean()).map(
    ([phones, ours]): Edit =>
      (world) => {
        if (ours) world.lead.phones = phones;
        else if (world.crm) world.crm = { ...world.crm, phones: phones.map((phone) => `(${phone.slice(2, 5)}) ${phone.slice(5)}`) };
      },
  ),
  fc.constantFrom("Ann", "Ann Lee", null).chain((name) =>
    fc.boolean().map(
      (ours): Edit =>
        (world) => {
          if (ours) world.lead.name = name;
          else if (world.crm) world.crm = { ...world.crm, name: name ?? undefined };
        },
    ),
  ),
  fc.constant<Edit>((world) => {
    world.crm = null; // deleted there
  }),
);

test("whatever both sides do between syncs, they soon have nothing left to write to each other", () =>
  fc.assert(
    fc.property(fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), fc.boolean(), (rounds, shouts) => {
      const world: World = { lead: { name: "Ann", phones: ["+12025550101"], emails: [], custom: {}, editedAt: 0 }, crm: null, base: {} };
      const normal = (given: string) => (shouts ? given.toUpperCase() : given);
      for (const edits of rounds) {
        for (const one of edits) one(world);
        // What the lead takes changes the texts made of it; what the CRM keeps in a form of its own is seen once.
        let syncs = 0;
        for (let done = follow(world, normal); done.toCrm ?? done.toLead; done = follow(world, normal))
          expect(++syncs).toBeLessThan(shouts ? 5 : 3);
      }
      if (!shouts && world.crm?.fields["roof"] && world.lead.custom["roof"])
        expect(same(String(world.crm.fields["roof"]), world.lead.custom["roof"])).toBe(true);
    }),
    { numRuns: 300 },
  ));

test("a CRM that leads are only fetched from is never written to", () =>
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      const world: World = {
        lead: { name: "Ann", phones: ["+12025550101"], emails: [], custom: { roof: "slate" }, editedAt: 0 },
        crm: { crm_id: "1", phones: [], emails: ["ann@example.com"], fields: {} },
        base: {},
      };
      for (const one of edits) one(world);
      const { toCrm, written } = plan(world, false);
      expect([toCrm, written]).toEqual([null, {}]);
    }),
  ));

test("what stood against what is told, and whose stands", () => {
  const lead = { name: "Ann Lee", phones: ["+12025550101", "+12025550102"], emails: [], editedAt: 10 };
  const theirs = {
    crm_id: "7",
    name: "Ann",
    phones: ["202-555-0102"],
    emails: ["ANN@example.com"],
    fields: { roof: 5 },
    updated_at: "1970-01-01T00:00:01Z",
  };
  const same_ = { ours: "Ann", theirs: "Ann", custom: null, policy: "newest" as const };
  const { toCrm, toLead, conflicts } = syncPlan({
    lead,
    sync: { crmId: "7", base: { "@name": same_ } },
    theirs,
    fields: { roof: { value: "5.0", policy: "ours", custom: "roof" }, city: { value: "Rome", policy: "newest", custom: null } },
    sends: true,
  });
  expect(toCrm).toEqual({ crm_id: "7", name: "Ann Lee", fields: { city: "Rome" } }); // roof says the same, written otherwise
  expect(toLead).toEqual({ phone: "+12025550102", email: "ann@example.com" });
  expect(conflicts).toEqual([{ field: "@phone", ours: "+12025550101", theirs: "+12025550102", kept: "theirs" }]);
});

test.each([
  ["{{lead.custom.roof}}", "roof"],
  [" {{ lead.custom.a-b }} ", "a-b"],
  ["{{lead.custom.roof|none}}", null],
  ["x {{lead.custom.roof}}", null],
  ["{{name}}", null],
])("%s is the lead's own field %s", (template, name) => expect(customOf(template)).toBe(name));

describe("an echo", () => {
  const wroteAt = 100_000;
  const base = { "@email": { ours: "ann@example.com", theirs: "ann@example.com", custom: null, policy: "newest" as const } };
  const sync = {
    lead: "l",
    vendor: "hubspot",
    crmId: "7",
    base,
    written: { "@name": "Ann Lee", "@phone": "+12025550101", roof: "slate" },
    wroteAt,
    url: null,
    syncedAt: wroteAt,
  };
  const told = (
    changed: Record<string, unknown> | undefined,
    more: { person?: object; type?: "contact.created" | "contact.updated"; occurredAt?: number } = {},
  ) => ({
    receivedAt: wroteAt + 1,
    event: {
      ...{ id: "e", entity: "contact:7", type: "contact.updated" as const, occurredAt: wroteAt + 1, person: { id: "7" } },
      ...more,
      data: { contact_id: "7", ...(changed && { changed }) },
    },
  });
  test.each<[string, boolean, ReturnType<typeof told>]>([
    ["a field as we wrote it", true, told({ roof: "slate" })],
    ["long after, too: nothing else can have made it so", true, told({ roof: "slate" }, { occurredAt: wroteAt + 9e8 })],
    ["the CRM's own bookkeeping beside it", true, told({ roof: "slate", lastmodifieddate: "1", update_time: "2026" })],
    ["a part of the name, by the CRM's own name for it", true, told({ firstname: "Ann" })],
    ["the number in the CRM's form, in a list", true, told({ phones: [{ value: "(202) 555-0101", label: "work" }] })],
    ["another value", false, told({ roof: "tile" })],
    ["ours, and another's beside it", false, told({ roof: "slate", city: "Rome" })],
    ["an emptied field", false, told({ roof: null })],
    ["a made record that says nothing", true, told(undefined, { type: "contact.created" })],
    [
      "a change that does not say what, soon after ours",
      true,
      told(undefined, { person: { id: "7", name: "ANN LEE", email: "ann@example.com" } }),
    ],
    ["the same much later", false, told(undefined, { occurredAt: wroteAt + 9e8 })],
    ["the same with a number we do not know", false, told(undefined, { person: { id: "7", phone: "+12025550199" } })],
  ])("%s: %s", (_, echo, event) => {
    expect(isEcho(event, sync)).toBe(echo);
    expect(isEcho(event, null)).toBe(false);
    expect(isEcho(event, { ...sync, wroteAt: null })).toBe(false);
  });
});
