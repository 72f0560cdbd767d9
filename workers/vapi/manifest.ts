/** Vapi: how it is connected, and what its errors mean. */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import * as z from "zod/mini";

/** Vapi names the field it refuses at the beginning of its message. */
const FIELDS: Readonly<Record<string, string>> = {
  assistantId: "assistant_id",
  phoneNumberId: "phone_number_id",
  "customer.number": "to",
  "customer.name": "customer_name",
  name: "name",
  firstMessage: "greeting",
};
const fieldOf = (message: string | undefined): string | undefined => FIELDS[message?.split(" ")[0] ?? ""];

/** An organisation is known in its own region alone. */
export const hostOf = ({ region }: { readonly region?: string | undefined }) =>
  region === "eu" ? ("api.eu.vapi.ai" as const) : ("api.vapi.ai" as const);

export const vapi = defineVendor({
  id: "vapi",
  name: "Vapi",
  category: "ai",
  powers: "Phone calls that an AI voice takes and makes",
  docs: "https://docs.vapi.ai/api-reference",
  credentials: {
    private_key: secret({
      label: "Private key",
      help: "In Vapi's dashboard under API Keys; the public key will not do",
      placeholder: "xxxxxxxx-xxxx-…",
    }),
    region: z.optional(
      field({
        label: "Region",
        help: "eu for an organisation that Vapi keeps in Europe; left out, us",
        placeholder: "us",
        pattern: /^(us|eu)$/,
      }),
    ),
  },
  auth: bearer("private_key"),
  hosts: ["api.vapi.ai", "api.eu.vapi.ai"],
  errors: {
    body: z.pipe(
      z.object({ message: z.optional(z.union([z.string(), z.array(z.string())])), error: z.optional(z.string()) }),
      z.transform(({ message, error }) => {
        const words = typeof message === "string" ? message : message?.join("; ");
        return { code: error, message: words, field: fieldOf(words) };
      }),
    ),
  },
  // Vapi's own way to try a key (security-and-privacy/api-keys). Nothing it answers is an account's name.
  async test({ http, account }) {
    const [assistant] = (await http.get(path`/assistant`, { host: hostOf(account), query: { limit: 1 } })).json(
      z.array(z.object({ orgId: z.string() })),
    );
    return { id: assistant?.orgId ?? "vapi", name: "Vapi" };
  },
});

export const PAGE = 100;
export const Listed = z.object({ id: z.string(), createdAt: z.string(), name: z.nullish(z.string()) });
/** The newest first; a full page is followed by what was made before its last. */
export const next = (listed: readonly { readonly createdAt: string }[]): string | undefined =>
  listed.length < PAGE ? undefined : listed.at(-1)?.createdAt;
/** Two clocks differ a little. */
export const CLOCK_MS = 2_000;
