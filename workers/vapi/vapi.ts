/** Vapi: calls that an AI voice takes and makes. https://docs.vapi.ai */
import { path, refuse } from "@junction/kit";
import { getAiCall, listAiPhoneNumbers, startAiCall } from "@junction/tools";
import * as z from "zod/mini";
import * as assistants from "./assistants.ts";
import { endedAs } from "./ended.ts";
import { CLOCK_MS, hostOf, Listed, next, PAGE, vapi } from "./manifest.ts";
import { webhook } from "./webhook.ts";

const Line = z.extend(Listed, { number: z.nullish(z.string()), sipUri: z.nullish(z.string()), status: z.nullish(z.string()) });
const numbers = vapi.implement(listAiPhoneNumbers, {
  async run({ http, account, input: { page } }) {
    const query = { limit: PAGE, createdAtLt: page };
    const listed = (await http.get(path`/phone-number`, { host: hostOf(account), query })).json(z.array(Line));
    const items = listed.map(({ id, name, number, sipUri, status }) => ({
      ...{ id, name: number ?? sipUri ?? name ?? id },
      detail: [name, status === "active" ? null : status].filter((word) => word).join(", ") || undefined,
      usable: status == null || status === "active", // else it is not ready yet, or blocked
    }));
    return { items, next_page: next(listed) };
  },
});

const PROGRESS: Readonly<Record<string, z.input<typeof getAiCall.output>["status"]>> = {
  scheduled: "queued",
  queued: "queued",
  ringing: "ringing",
  "in-progress": "in_progress",
  forwarding: "in_progress",
};
/** What is none of these has ended: `ended`, `not-found`, `deletion-failed`. A call just made has none yet. */
const statusOf = (status: string | null | undefined) => PROGRESS[status ?? "queued"] ?? ("ended" as const);
const Made = z.object({ id: z.string(), status: z.nullish(z.string()) });
/** The mark by which a call of ours is found again: a name may have 40 characters. */
const markOf = (key: string): string => key.slice(-40);

const start = vapi.implement(startAiCall, {
  async run({ http, account, input, idempotencyKey }) {
    const json = {
      ...{ name: markOf(idempotencyKey), assistantId: input.assistant_id, phoneNumberId: input.phone_number_id },
      customer: { number: input.to, name: input.customer_name },
      assistantOverrides: { variableValues: input.variables },
    };
    const { id, status } = (await http.post(path`/call`, { host: hostOf(account), json })).json(Made);
    return { call_id: id, status: statusOf(status) };
  },
  // Vapi has no idempotency key: after a lost answer, look for the call that bears our mark.
  async probe({ http, account, input, idempotencyKey, sentAt }) {
    const since = new Date(sentAt.getTime() - CLOCK_MS).toISOString();
    const query = { assistantId: input.assistant_id, createdAtGt: since, limit: 1000 };
    const reply = await http.get(path`/call`, { host: hostOf(account), query });
    const calls = reply.json(z.array(z.extend(Made, { name: z.nullish(z.string()) })));
    const found = calls.find(({ name }) => name === markOf(idempotencyKey));
    // A full page of newer calls may hide it: "none" would be a guess, and the customer's phone would ring twice.
    if (!found && calls.length >= 1000) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? { call_id: found.id, status: statusOf(found.status) } : null;
  },
});

const Ended = z.extend(Made, {
  endedReason: z.nullish(z.string()),
  startedAt: z.nullish(z.string()),
  endedAt: z.nullish(z.string()),
  artifact: z.nullish(z.object({ transcript: z.nullish(z.string()) })),
  analysis: z.nullish(
    z.object({ summary: z.nullish(z.string()), successEvaluation: z.nullish(z.union([z.string(), z.number(), z.boolean()])) }),
  ),
});

const get = vapi.implement(getAiCall, {
  async run({ http, account, input }) {
    const call = (await http.get(path`/call/${input.call_id}`, { host: hostOf(account) })).json(Ended);
    const { id, endedReason, startedAt, endedAt, artifact, analysis } = call;
    const seconds = (Date.parse(endedAt ?? "") - Date.parse(startedAt ?? "")) / 1000;
    const status = statusOf(call.status);
    return {
      ...{ call_id: id, status },
      ended_reason: status === "ended" ? endedAs(endedReason ?? "") : undefined,
      duration_seconds: seconds >= 0 ? Math.round(seconds) : undefined, // a call that nobody took has no beginning
      transcript: artifact?.transcript ?? undefined,
      summary: analysis?.summary ?? undefined,
      success_evaluation: analysis?.successEvaluation == null ? undefined : String(analysis.successEvaluation),
    };
  },
});

export default vapi.provides({
  actions: [start, get, numbers, assistants.list, assistants.get, assistants.create, assistants.update],
  webhook,
});
