/** ElevenLabs: voices, and agents that speak with them. https://elevenlabs.io/docs/api-reference/introduction */
import { defineVendor, field, header, path, secret } from "@junction/kit";
import * as z from "zod";
import { webhook } from "./webhook.ts";

const HOME = "api.elevenlabs.io";
/** Where an account is kept; each of these is an account and a key of its own. */
const RESIDENCES = {
  eu: "api.eu.residency.elevenlabs.io",
  in: "api.in.residency.elevenlabs.io",
  sg: "api.sg.residency.elevenlabs.io",
} as const;
type Residence = keyof typeof RESIDENCES;
const isResidence = (text: string | undefined): text is Residence => text !== undefined && Object.hasOwn(RESIDENCES, text);

const Detail = z.object({
  code: z.string().nullish(),
  /** What `code` was called before. */
  status: z.string().nullish(),
  message: z.string().nullish(),
  param: z.string().nullish(),
});
const Unfit = z.object({ loc: z.array(z.union([z.string(), z.number()])).default([]), msg: z.string().nullish() });

const elevenlabs = defineVendor({
  id: "elevenlabs",
  name: "ElevenLabs",
  category: "ai",
  powers: "Lifelike speech, and voice agents that talk with callers",
  docs: "https://elevenlabs.io/docs/api-reference/introduction",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "In ElevenLabs under Developers, API Keys; a restricted key needs the permission User: Read",
      placeholder: "sk_…",
    }),
    residence: field({
      label: "Data residency",
      help: "eu, in or sg for an account with data residency there; left out for all others",
      placeholder: "eu",
      pattern: /^(eu|in|sg)$/,
    }).optional(),
  },
  auth: header("xi-api-key", "api_key"),
  hosts: [HOME, RESIDENCES.eu, RESIDENCES.in, RESIDENCES.sg],
  errors: {
    body: z.object({ detail: z.union([Detail, z.array(Unfit), z.string()]) }).transform(({ detail }) => {
      if (typeof detail === "string") return { message: detail };
      if ("length" in detail) return { message: detail[0]?.msg ?? undefined, field: detail[0]?.loc.slice(1).join(".") };
      const message = detail.message ?? undefined;
      const [, permission] = /missing the permission (\w+)/.exec(message ?? "") ?? [];
      const missing = permission === undefined ? undefined : [permission];
      return { code: detail.code ?? detail.status ?? undefined, message, field: detail.param ?? undefined, missing };
    }),
    codes: {
      missing_permissions: "PermissionError", // as a 401
      quota_exceeded: "Declined", // as a 401 too: the key is good, the month's characters are used up
      voice_not_found: "NotFound", // as a 400 too
    },
  },
  async test({ http, account }) {
    const host = isResidence(account.residence) ? RESIDENCES[account.residence] : HOME;
    const { user_id, first_name, subscription } = (await http.get(path`/v1/user`, { host })).json(User);
    return { id: user_id, name: `${first_name || "ElevenLabs"}, ${subscription.tier} plan` };
  },
});

const User = z.object({
  user_id: z.string().min(1),
  first_name: z.string().nullish(),
  subscription: z.object({ tier: z.string() }),
});

export default elevenlabs.provides({ actions: [], webhook });
