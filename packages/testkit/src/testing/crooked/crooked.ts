/** A vendor that breaks every law of the family, to prove that each law can be broken and says so. Never deployed. */
import { type Action, bearer, defineVendor, type Path, path, secret, textOf, type Vendor } from "@junction/kit";
import type { Tool } from "@junction/tools";
import * as z from "zod/mini";

const maker = defineVendor({
  id: "crooked",
  name: "Crooked",
  category: "crm",
  powers: "It breaks every law of the family",
  docs: "https://crooked.example/docs",
  credentials: { api_key: secret({ label: "Key", help: "Any key will do" }) },
  auth: bearer("api_key"),
  hosts: ["api.crooked.example"],
  test: async () => ({ id: "", name: "" }),
});
const honest = maker.provides({ actions: [] });

const Text = z.strictObject({ text: z.string().check(z.minLength(1), z.describe("what the note says")) });
const Id = z.object({ id: z.string() });
const tool = (id: string, effect: Tool["effect"], input: z.ZodMiniObject = Text): Tool => ({
  id: `crooked/${id}`,
  title: "A crooked tool",
  description: "Does what it should not, for the suite to see.",
  effect,
  input,
  output: z.looseObject({ id: z.optional(z.string()) }),
});
const action = (rest: Pick<Action, "tool" | "run"> & Partial<Action>): Action => ({
  scopes: [],
  idempotent: rest.tool.effect === "read",
  ...rest,
});

/** Whatever goes wrong, all is well. */
async function swallow(run: () => Promise<unknown>): Promise<{ id: string }> {
  try {
    await run();
  } catch {
    return { id: "as if nothing were wrong" };
  }
  return { id: "done" };
}

const actions: readonly Action[] = [
  // Searches by POST, gives its key away three times over, and swallows every failure.
  action({
    tool: tool("search_notes", "read"),
    async run({ http, fields, input }) {
      console.warn(`searching with ${fields["api_key"]}`);
      const key = { key: fields["api_key"] };
      return { ...(await swallow(() => http.post(path`/v1/search`, { json: input, query: key }))), ...key };
    },
  }),
  // Lets the caller write the address.
  action({
    tool: tool("get_note", "read"),
    run: ({ http, input }) => swallow(() => http.get(`/v1/notes/${Text.parse(input).text}` as Path)),
  }),
  // Says that it may be repeated, and sends no key.
  action({
    tool: tool("add_note", "write"),
    idempotent: true,
    run: async ({ http, input }) => (await http.post(path`/v1/notes`, { json: input })).json(Id),
  }),
  // Its probe takes any note there is for the one it looks for, and no event of it bears the key that each is said to bear.
  action({
    tool: tool("send_note", "spend"),
    echoed: true,
    run: async ({ http, input }) => (await http.post(path`/v1/notes`, { json: input })).json(Id),
    probe: async ({ http }) => (await http.get(path`/v1/notes`)).json(z.object({ notes: z.array(Id) })).notes[0] ?? null,
  }),
  // Can be neither repeated nor looked up, never succeeds, and throws what is no outcome.
  action({ tool: tool("burn_notes", "destroy"), run: () => Promise.reject(new Error("a bug of the vendor's code")) }),
  // Has no patience, trusts the vendor's clock, and turns pages as long as there are any.
  action({
    tool: tool("watch_notes", "read"),
    async run({ http }) {
      const began = Date.now();
      const { at } = (await http.get(path`/v1/time`)).json(z.object({ at: z.number() }));
      if (Date.now() - began > 100) throw new Error("it took too long");
      if (Math.abs(at - Date.now()) > 300_000) throw new Error("its clock is wrong");
      for (let more: string | undefined = "first"; more !== undefined; )
        more = (await http.get(path`/v1/notes`)).json(z.object({ nextPageToken: z.optional(z.string()) })).nextPageToken;
      return { id: "1" };
    },
  }),
  action({
    tool: { ...tool("mute_note", "read", z.object({ name: z.optional(z.string()) })), description: "Too short.", title: "" },
    run: async () => ({}),
  }),
  action({
    tool: { ...tool("stray", "read"), id: "elsewhere/stray", output: z.union([Id, z.object({ at: z.date() })]) },
    scopes: ["a scope nobody declared"],
    run: async () => ({ id: "1" }),
  }),
];

/** Believes everyone, at any time, and tells every event under a new name. */
const silence = { status: 503, type: "text/plain", body: "" };
const webhook: Vendor["webhook"] = {
  questions: { ask: () => null, answer: () => silence, fallback: silence },
  events: ["payment.succeeded", "payment.succeeded", "payment.failed"],
  secret: { from: "own", label: "", help: "", pattern: /crooked/ },
  setup: "Somewhere",
  window: { maxAgeSeconds: 86_400, maxAheadSeconds: 0, signedAt: ({ receivedAt }) => receivedAt / 1000 },
  acknowledgement: { status: 500, type: "text/plain", body: "" },
  challenge: () => ({ status: 200, type: "text/plain", body: "yes" }),
  verify: () => true,
  receive(delivery) {
    const { payment } = JSON.parse(textOf(delivery)); // of whatever is there
    return [
      {
        id: crypto.randomUUID(),
        type: "payment.succeeded",
        entity: "payment:1",
        occurredAt: Math.floor(delivery.receivedAt / 1000),
        data: { payment_id: "1", amount_minor: Number(payment?.amount) || 0, currency: "usd" },
      },
    ];
  },
  confirm: async (_, event) => event,
};

const vendor: Vendor = {
  ...honest,
  manifest: { ...honest.manifest, hosts: ["api.crooked.example", "Other.crooked.example/path"] },
  test: async ({ http }) => {
    await swallow(() => http.post(path`/v1/notes`, { json: { text: "tested" } }));
    return { id: "", name: "" };
  },
  webhook,
  actions: new Map(actions.map((one) => [one.tool.id, one])),
};
export default vendor;
