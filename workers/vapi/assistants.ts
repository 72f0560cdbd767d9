/** Vapi's assistants. https://docs.vapi.ai/api-reference/assistants/create */
import { path } from "@junction/kit";
import { createAiAssistant, getAiAssistant, listAiAssistants, updateAiAssistant } from "@junction/tools";
import * as z from "zod/mini";
import { CLOCK_MS, hostOf, Listed, next, PAGE, vapi } from "./manifest.ts";

export const list = vapi.implement(listAiAssistants, {
  async run({ http, account, input: { page } }) {
    const query = { limit: PAGE, createdAtLt: page };
    const reply = await http.get(path`/assistant`, { host: hostOf(account), query });
    const listed = reply.json(z.array(z.extend(Listed, { firstMessage: z.nullish(z.string()) })));
    const items = listed.map(({ id, name, firstMessage }) => ({
      ...{ id, name: name || "Without a name", usable: true },
      detail: firstMessage?.slice(0, 120) || undefined,
    }));
    return { items, next_page: next(listed) };
  },
});

/** What of its model is not ours goes back as it came. */
const Model = z.looseObject({ messages: z.nullish(z.array(z.looseObject({ role: z.string(), content: z.nullish(z.string()) }))) });
const Assistant = z.object({
  id: z.string(),
  name: z.nullish(z.string()),
  firstMessage: z.nullish(z.string()),
  model: z.nullish(Model),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
});

/** Vapi has it answer by this, unless somebody chooses another in the dashboard. */
const MODEL = { provider: "openai", model: "gpt-4.1" };
const instructing = (content: string) => ({ role: "system", content });

const shown = ({ id, name, firstMessage, model }: z.output<typeof Assistant>) => ({
  assistant_id: id,
  name: name || "Without a name",
  greeting: firstMessage ?? undefined,
  instructions: model?.messages?.find(({ role }) => role === "system")?.content ?? undefined,
});

export const get = vapi.implement(getAiAssistant, {
  async run({ http, account, input }) {
    return shown((await http.get(path`/assistant/${input.assistant_id}`, { host: hostOf(account) })).json(Assistant));
  },
});

export const create = vapi.implement(createAiAssistant, {
  async run({ http, account, idempotencyKey, input: { name, greeting, instructions } }) {
    const model = { ...MODEL, messages: [instructing(instructions)] };
    const json = { name, firstMessage: greeting, model, metadata: { junction: idempotencyKey } };
    return shown((await http.post(path`/assistant`, { host: hostOf(account), json })).json(Assistant));
  },
  // Vapi has no idempotency key: after a lost answer, look for the assistant that bears ours.
  async probe({ http, account, idempotencyKey, sentAt }) {
    const query = { createdAtGt: new Date(sentAt.getTime() - CLOCK_MS).toISOString(), limit: 1000 };
    const all = (await http.get(path`/assistant`, { host: hostOf(account), query })).json(z.array(Assistant));
    const found = all.find(({ metadata }) => metadata?.["junction"] === idempotencyKey);
    return found ? shown(found) : null;
  },
});

export const update = vapi.implement(updateAiAssistant, {
  idempotent: true,
  async run({ http, account, input: { assistant_id, name, greeting, instructions } }) {
    const to = path`/assistant/${assistant_id}`;
    const host = hostOf(account);
    // A model is replaced whole, so what stands in it besides the instructions has to go along.
    const before = instructions === undefined ? undefined : (await http.get(to, { host })).json(Assistant).model;
    const others = before?.messages?.filter(({ role }) => role !== "system") ?? [];
    const model = instructions === undefined ? undefined : { ...(before ?? MODEL), messages: [instructing(instructions), ...others] };
    return shown((await http.patch(to, { host, json: { name, firstMessage: greeting, model } })).json(Assistant));
  },
});
