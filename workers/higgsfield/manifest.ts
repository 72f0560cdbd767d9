/** What Higgsfield is, and how it says no. https://docs.higgsfield.ai/concepts/errors */
import { defineVendor, field, pair, path, secret } from "@junction/kit";
import * as z from "zod/mini";

/** Higgsfield's errors have no code, so those that mean other than their status are known by their words. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/not enough credits|insufficient credits/i, "insufficient_credits"], // a 403
  [/maximum number of concurrent requests/i, "too_many_at_once"], // a 400
  [/model .*blocked/i, "model_blocked"], // a 423
];
export const PLATFORM = "platform.higgsfield.ai";
export const API = "api.higgsfield.ai";
/** Where it keeps what was made: had by whoever knows the address, so without the key. */
export const FILE_HOSTS = ["d8j0ntlcm91z4.cloudfront.net", "cdn.higgsfield.ai"] as const;
/** A request that nobody made. */
const NOBODYS = "00000000-0000-4000-8000-000000000000";

export const higgsfield = defineVendor({
  id: "higgsfield",
  name: "Higgsfield",
  category: "ai",
  powers: "Videos made from a picture or a few words",
  docs: "https://docs.higgsfield.ai",
  credentials: {
    key_id: field({ label: "Key ID", help: "The part before the colon, in Higgsfield Cloud under API keys" }),
    key_secret: secret({ label: "Key secret", help: "The part after the colon; shown once, when the key is made" }),
    host: z.optional(
      field({
        label: "API address",
        help: `${PLATFORM} or ${API}: Higgsfield's documentation names both; left out, ${PLATFORM}`,
        placeholder: PLATFORM,
        pattern: /^(platform|api)\.higgsfield\.ai$/,
      }),
    ),
  },
  auth: pair("Key", "key_id", "key_secret"),
  hosts: [PLATFORM, API, ...FILE_HOSTS],
  errors: {
    // A text, or a list of what does not fit.
    body: z.pipe(
      z.object({
        detail: z.union([
          z.string(),
          z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).check(z.minLength(1)),
        ]),
      }),
      z.transform(({ detail }) =>
        typeof detail === "string"
          ? { code: NAMED.find(([words]) => words.test(detail))?.[1], message: detail }
          : { message: detail[0]?.msg, field: detail[0]?.loc.filter((part) => part !== "body").join(".") },
      ),
    ),
    codes: { insufficient_credits: "Declined", too_many_at_once: "RateLimited", model_blocked: "Declined" },
  },
  // No request tells whose key it is: one that is known is told, of a request nobody made, that there is no such request.
  async test({ http, account }) {
    const host = account.host === API ? API : PLATFORM;
    (await http.get(path`/requests/${NOBODYS}/status`, { host, accept: [404] })).json(Answer);
    return { id: account.key_id, name: `Higgsfield, key ${account.key_id.slice(0, 8)}` };
  },
});

const Answer = z.union([z.object({ detail: z.string() }), z.object({ status: z.string() })]);
