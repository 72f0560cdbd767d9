/** Vapi: calls that an AI voice takes and makes. https://docs.vapi.ai */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import * as z from "zod";
import { webhook } from "./webhook.ts";

const vapi = defineVendor({
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
    region: field({
      label: "Region",
      help: "eu for an organisation that Vapi keeps in Europe; left out, us",
      placeholder: "us",
      pattern: /^(us|eu)$/,
    }).optional(),
  },
  auth: bearer("private_key"),
  hosts: ["api.vapi.ai", "api.eu.vapi.ai"],
  errors: {
    body: z
      .object({ message: z.union([z.string(), z.array(z.string())]).optional(), error: z.string().optional() })
      .transform(({ message, error }) => ({ code: error, message: typeof message === "string" ? message : message?.join("; ") })),
  },
  // Vapi's own way to try a key (security-and-privacy/api-keys). Nothing it answers is an account's name.
  async test({ http, account }) {
    const host = account.region === "eu" ? "api.eu.vapi.ai" : "api.vapi.ai";
    const [assistant] = (await http.get(path`/assistant`, { host, query: { limit: 1 } })).json(z.array(z.object({ orgId: z.string() })));
    return { id: assistant?.orgId ?? "vapi", name: "Vapi" };
  },
});

export default vapi.provides({ actions: [], webhook });
