import { basic, defineVendor, path, secret } from "@junction/kit";
import * as z from "zod";
import { webhook } from "./webhook.ts";

const dropboxSign = defineVendor({
  id: "dropbox-sign",
  name: "Dropbox Sign",
  category: "esign",
  powers: "Estimates and contracts signed online",
  docs: "https://developers.hellosign.com/api/reference",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "In Dropbox Sign under Settings, API, API keys: the primary key, since that is the one its events are signed with",
    }),
  },
  auth: basic("api_key", { literal: "" }),
  hosts: ["api.hellosign.com"],
  limit: { requests: 100, perSeconds: 60 },
  errors: {
    body: z
      .object({ error: z.object({ error_name: z.string(), error_msg: z.string().optional(), error_path: z.string().optional() }) })
      .transform(({ error: { error_name, error_msg, error_path } }) => ({ code: error_name, message: error_msg, field: error_path })),
    codes: {
      unauthorized: "CredentialError",
      exceeded_rate: "RateLimited",
      payment_required: "Declined", // the plan does not allow it, or its requests are used up
    },
  },
  // Free, and it needs no right but the key's own.
  async test({ http }) {
    const { account } = (await http.get(path`/v3/account`)).json(z.object({ account: Account }));
    return { id: account.account_id, name: account.email_address };
  },
});

const Account = z.object({ account_id: z.string(), email_address: z.string() });

export default dropboxSign.provides({ actions: [], webhook });
