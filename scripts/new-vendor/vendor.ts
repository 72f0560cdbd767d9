/** The text of a new vendor's file: the smallest that keeps every law, to be made into the real one. */

export const AUTHS = ["api_key", "basic", "oauth2"] as const;
export type AuthName = (typeof AUTHS)[number];

export interface NewVendor {
  readonly id: string;
  /** As people write it: "Acme". */
  readonly name: string;
  readonly auth: AuthName;
}

const scope = (id: string) => `${id}.customers.read`;

interface Part {
  readonly imports: readonly string[];
  readonly credentials: string;
  readonly auth: string;
}

const PARTS: Readonly<Record<AuthName, (vendor: NewVendor) => Part>> = {
  api_key: ({ id }) => ({
    imports: ["bearer", "defineVendor", "path", "secret"],
    credentials: `{
    api_key: secret({ label: "API key", help: "Begins with ${id}_; made under Settings, API keys", pattern: /^${id}_\\w+$/ }),
  }`,
    auth: `bearer("api_key")`,
  }),
  basic: ({ id }) => ({
    imports: ["basic", "defineVendor", "field", "path", "secret"],
    credentials: `{
    user: field({ label: "User name", help: "The one you sign in with" }),
    password: secret({ label: "API password", help: "Begins with ${id}_; made under Settings, API access", pattern: /^${id}_\\w+$/ }),
  }`,
    auth: `basic("user", "password")`,
  }),
  oauth2: ({ id }) => ({
    imports: ["defineVendor", "oauth2", "path"],
    credentials: "{}",
    auth: `oauth2({
    authorizationUrl: "https://login.${id}.example/authorize",
    tokenUrl: "https://login.${id}.example/token",
    scopes: { [CUSTOMERS]: "See your customers" },
  })`,
  }),
};

export function vendorFile(vendor: NewVendor): string {
  const { id, name, auth } = vendor;
  const part = PARTS[auth](vendor);
  const oauth = auth === "oauth2";
  return `import { ${part.imports.join(", ")} } from "@junction/kit";
import { tool } from "@junction/tools";
import * as z from "zod/mini";
${oauth ? `\nconst CUSTOMERS = "${scope(id)}";\n` : ""}
const vendor = defineVendor({
  id: "${id}",
  name: "${name}",
  category: "crm",
  powers: "Say in one sentence what ${name} powers",
  docs: "https://docs.${id}.example",
  credentials: ${part.credentials},
  auth: ${part.auth},
  hosts: [${oauth ? `"api.${id}.example", "login.${id}.example"` : `"api.${id}.example"`}],
  errors: {
    body: z.pipe(
      z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
      z.transform(({ error }) => error),
    ),
    codes: {}, // what the vendor's codes mean where its status does not say so: { card_declined: "Declined" }
  },
  // A call that proves that the credential works and may do what the actions need, and that changes nothing.
  async test({ http }) {
    return (await http.get(path\`/v1/account\`)).json(z.object({ id: z.string(), name: z.string() }));
  },
});

// A tool that other vendors serve too comes from @junction/tools. One that only this vendor has is stated here, under its id.
const searchCustomers = tool({
  id: "${id}/search_customers",
  title: "Search ${name} customers",
  description: "Searches the customers in ${name} by a part of their name. No match gives an empty list.",
  effect: "read",
  input: z.strictObject({
    name: z.string().check(z.minLength(1), z.maxLength(100), z.describe("Part of the customer's name")),
    limit: z._default(z.int().check(z.minimum(1), z.maximum(100), z.describe("How many at most")), 20),
  }),
  output: z.object({ customers: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

const search = vendor.implement(searchCustomers, {
${oauth ? "  scopes: [CUSTOMERS],\n" : ""}  async run({ http, input }) {
    const reply = await http.get(path\`/v1/customers\`, { query: { name: input.name, limit: input.limit } });
    return reply.json(z.object({ customers: z.array(z.object({ id: z.string(), name: z.string() })) }));
  },
});

// What ${name} tells us goes beside the actions, as \`webhook\`: CONTRIBUTING.md says how it is proved and read.
export default vendor.provides({ actions: [search] });
`;
}

/** The first letter of the name, on a plain ground. */
export const logoFile = ({ name }: NewVendor): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#3d5a80"/><text x="32" y="44" font-family="sans-serif" font-size="34" font-weight="700" text-anchor="middle" fill="#fff">${name.charAt(0).toUpperCase()}</text></svg>
`;
