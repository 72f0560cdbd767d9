import { sendSms, tool } from "@junction/tools";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { bearer, defineVendor, describeVendor, field, path, secret } from "./index.ts";

const CANARY = "canary-0123456789";
const acme = defineVendor({
  id: "acme",
  name: "Acme",
  category: "crm",
  powers: "Everything",
  docs: "https://acme.example/docs",
  credentials: {
    account: field({ label: "Account", help: "Your account's number", pattern: /^\d+$/, placeholder: "123" }),
    key: secret({ label: "Key", help: "Under Settings" }),
    second: z.optional(secret({ label: "Second key", help: "Under Settings" })),
  },
  auth: bearer("key"),
  hosts: ["api.acme.example"],
  limit: { requests: 5, perSeconds: 1 },
  test: async ({ account }) => ({ id: account.account, name: JSON.stringify(account) }),
});
const attempt = (input: unknown) => ({
  http: {} as never, // none of these sends anything
  files: {} as never,
  fields: { account: "1", key: CANARY, second: CANARY },
  input,
  idempotencyKey: "f".repeat(64),
});

test("an action is handed no secret, at run time either", async () => {
  const echo = acme.implement(sendSms, { run: async (call) => ({ message_id: JSON.stringify(call), status: "sent" }) });
  const said = JSON.stringify([
    await echo.run(attempt({ to: "+12025550123", body: "Hi" })),
    await acme.provides({ actions: [] }).test(attempt({})),
  ]);
  expect(said).toContain('\\"account\\":\\"1\\"');
  expect(said).not.toContain(CANARY);
});

const looks = tool({
  id: "acme/look",
  title: "Look",
  description: "Looks.",
  effect: "read",
  input: z.strictObject({ many: z._default(z.number(), 3) }),
  output: z.object({ many: z.number() }),
});

test("an input is read through its schema, and a result projected through the tool's output", async () => {
  const look = acme.implement(looks, { run: async ({ input }) => ({ many: input.many, inner: "of no concern" }) });
  expect(await look.run(attempt({}))).toEqual({ many: 3 });
  await expect(look.run(attempt({ many: 1, more: 2 }))).rejects.toThrow("Unrecognized key");
});

test("a rule that JSON Schema cannot state is the caller's to keep, and says how", async () => {
  const either = z.strictObject({ a: z.optional(z.string()), b: z.optional(z.string()) });
  const input = either.check(z.refine(({ a, b }) => (a === undefined) !== (b === undefined), { error: "give either a or b" }));
  const choose = acme.implement(tool({ ...looks, input }), { run: async () => ({ many: 1 }) });
  expect(await choose.run(attempt({ a: "1" }))).toEqual({ many: 1 });
  const refused = { error: { kind: "InvalidRequest", issues: ["give either a or b"] } };
  await expect(choose.run(attempt({ a: "1", b: "2" }))).rejects.toMatchObject(refused);
});

test("a read is idempotent, a write is where it says so", () => {
  const run = async () => ({ message_id: "1", status: "sent" as const });
  expect(acme.implement(sendSms, { run }).idempotent).toBe(false);
  expect(acme.implement(sendSms, { run, idempotent: true }).idempotent).toBe(true);
  expect(acme.implement({ ...sendSms, effect: "read" }, { run }).idempotent).toBe(true);
});

test("a probe that finds nothing gives null, and one that finds a result projects it", async () => {
  const probe = (found: boolean) =>
    acme.implement(sendSms, {
      run: async ({ http }) => (await http.get(path`/`)).json(sendSms.output),
      probe: async () => (found ? { message_id: "1", status: "sent", more: 1 } : null),
    }).probe;
  const ask = { ...attempt({ to: "+12025550123", body: "Hi" }), sentAt: new Date(0) };
  expect(await probe(true)?.(ask)).toEqual({ message_id: "1", status: "sent" });
  expect(await probe(false)?.(ask)).toBeNull();
});

test("the catalog's entry says what the form asks for, and no more of it than that", () => {
  const { vendor } = describeVendor(acme.provides({ actions: [] }));
  expect(vendor).toMatchObject({ credentialType: "api_key", limit: { requests: 5, perSeconds: 1 }, scopes: {} });
  expect(vendor.fields).toEqual([
    {
      name: "account",
      label: "Account",
      help: "Your account's number",
      placeholder: "123",
      pattern: "^\\d+$",
      secret: false,
      optional: false,
    },
    { name: "key", label: "Key", help: "Under Settings", secret: true, optional: false },
    { name: "second", label: "Second key", help: "Under Settings", secret: true, optional: true },
  ]);
});

test("a credential field that is neither shown nor secret is refused at once", () => {
  expect(() => defineVendor({ ...manifest, credentials: { key: z.string() }, auth: bearer("key") })).toThrow(
    "neither field() nor secret()",
  );
});
const manifest = {
  id: "x",
  name: "X",
  category: "crm",
  powers: "X",
  docs: "https://x.example",
  hosts: ["x.example"],
  test: async () => ({ id: "", name: "" }),
} as const;
