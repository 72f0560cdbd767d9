/** What the kit's types promise a vendor's author and everyone else. Checked by the compiler alone: nothing here runs. */
import { createEvent, sendSms } from "@junction/tools";
import * as z from "zod/mini";
import { basic, bearer, byHost, defineVendor, type EventOf, field, oauth2, path, query, refuse, secret, type Webhook } from "./index.ts";

const twilio = defineVendor({
  id: "twilio",
  name: "Twilio",
  category: "communication",
  powers: "Texts",
  docs: "https://www.twilio.com/docs",
  credentials: {
    sid: field({ label: "SID", help: "In the Console" }),
    token: secret({ label: "Token", help: "In the Console" }),
    spare: z.optional(secret({ label: "Spare token", help: "In the Console" })),
  },
  auth: basic("sid", "token"),
  hosts: ["api.twilio.com", "files.twilio.com"],
  test: async ({ account }) => ({ id: account.sid, name: account.sid }),
});
const calendar = defineVendor({
  id: "calendar",
  name: "Calendar",
  category: "calendar",
  powers: "Events",
  docs: "https://calendar.example/docs",
  credentials: {},
  auth: oauth2({ authorizationUrl: "https://a.example", tokenUrl: "https://t.example", scopes: { events: "See events" } }),
  hosts: ["www.example.com"],
  test: async () => ({ id: "1", name: "1" }),
});
const base = {
  name: "X",
  category: "crm",
  powers: "X",
  docs: "https://x.example",
  hosts: ["x.example"],
  test: async () => ({ id: "", name: "" }),
} as const;

const webhook = {
  events: ["payment.succeeded"],
  secret: { from: "credential", field: "token" },
  setup: "Under Settings, Webhooks",
  verify: () => true,
  receive: () => [],
} as const;
const paid: EventOf<"payment.succeeded"> = {
  id: "1",
  type: "payment.succeeded",
  entity: "payment:1",
  data: { payment_id: "1", amount_minor: 100, currency: "usd" },
};

export const held = [
  () => twilio.provides({ actions: [], webhook }),
  () => twilio.provides({ actions: [], webhook: { ...webhook, receive: () => [paid] } }),
  () =>
    twilio.provides({
      actions: [],
      webhook: {
        ...webhook,
        async confirm({ http, account, event }) {
          const of: string = account.sid;
          await http.get(path`/${of}/${event.id}`, { host: "files.twilio.com" });
          if (event.type === "message.received") return { ...event, data: { ...event.data, body: event.data.body.trim() } };
          return null;
        },
      },
    }),
  () =>
    twilio.implement(sendSms, {
      async run({ http, account, input, idempotencyKey }) {
        const to: string = input.to;
        const from: string | undefined = input.from;
        await http.post(path`/${account.sid}/${idempotencyKey}`, { host: "files.twilio.com", form: { to, from } });
        return { message_id: "1", status: "sent" }; // a literal of the output's enum stays one
      },
      probe: async ({ sentAt }) => (sentAt.getTime() > 0 ? { message_id: "1", status: "queued" } : null),
    }),
  () => twilio.implement(sendSms, { run: async () => refuse({ kind: "Declined", code: "unsubscribed" }) }),
  () => calendar.implement(createEvent, { scopes: ["events"], run: async ({ input }) => ({ event_id: input.calendar }) }),
];

export const broken = [
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error a webhook is proved by a field that the credential has
      webhook: { ...webhook, secret: { from: "credential", field: "signing_key" } },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error or by our app's own secret, which is the only field of it
      webhook: { ...webhook, secret: { from: "app", field: "client_id" } },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error an event that the vocabulary does not have
      webhook: { ...webhook, events: ["payment.pondered"] },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error what an event says must be what its type says
      webhook: { ...webhook, receive: () => [{ ...paid, type: "payment.failed", data: { contract_id: "1" } }] },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error nor may its data lack what the type requires
      webhook: { ...webhook, receive: () => [{ ...paid, data: { payment_id: "1" } }] },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error a look-up cannot name a secret
      webhook: { ...webhook, confirm: async ({ account, event }) => (account.token ? event : null) },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error and has no environment
      webhook: { ...webhook, confirm: async ({ env, event }) => (env ? event : null) },
    }),
  () =>
    twilio.provides({
      actions: [],
      // @ts-expect-error nor a host the manifest does not name
      webhook: { ...webhook, confirm: async ({ http }) => (await http.get(path`/`, { host: "elsewhere.example" })).json(z.null()) },
    }),
  (): Webhook => ({
    ...webhook,
    // @ts-expect-error in a file of its own it knows no field of the credential, unless its type says so
    secret: { from: "credential", field: "token" },
  }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error an action cannot name a secret
      run: async ({ account }) => ({ message_id: account.token, status: "sent" }),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error nor one that is optional
      run: async ({ account }) => ({ message_id: account.spare ?? "", status: "sent" }),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error an action has no environment and no fetch of its own
      run: async ({ env }) => ({ message_id: String(env), status: "sent" }),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error a plain string is no path
      run: async ({ http, input }) => (await http.get("/Messages/" + input.to)).json(sendSms.output),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error nor is a plain template
      run: async ({ http, input }) => (await http.get(`/Messages/${input.to}`)).json(sendSms.output),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error a host the manifest does not name
      run: async ({ http }) => (await http.get(path`/`, { host: "elsewhere.example" })).json(sendSms.output),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error a field the tool's input does not have
      run: async ({ input }) => ({ message_id: input.recipient, status: "sent" }),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error what is returned must fit the tool's output
      run: async ({ input }) => ({ message_id: input.to.length, status: "sent" }),
    }),
  () =>
    twilio.implement(sendSms, {
      // @ts-expect-error and a status must be one of its own
      run: async ({ input }) => ({ message_id: input.to, status: "undelivered" }),
    }),
  () =>
    calendar.implement(createEvent, {
      // @ts-expect-error a scope the manifest does not declare
      scopes: ["drive"],
      run: async () => ({ event_id: "" }),
    }),
  () =>
    defineVendor({
      ...base,
      id: "x",
      credentials: { key: secret({ label: "Key", help: "Somewhere" }) },
      // @ts-expect-error authentication by a field the form does not ask for
      auth: bearer("token"),
    }),
  () =>
    defineVendor({
      ...base,
      id: "x",
      credentials: { key: secret({ label: "Key", help: "Somewhere" }) },
      // @ts-expect-error also host by host
      auth: byHost({ "x.example": query("key", "token") }),
    }),
  () =>
    defineVendor({
      ...base,
      id: "x",
      credentials: {},
      auth: bearer("key" as never),
      // @ts-expect-error an error kind that is none of the closed set
      errors: { body: z.object({ code: z.string() }), codes: { bad: "Oops" } },
    }),
  () =>
    defineVendor({
      ...base,
      id: "x",
      credentials: {},
      auth: bearer("key" as never),
      // @ts-expect-error a vendor without a host reaches nothing
      hosts: [],
    }),
];
