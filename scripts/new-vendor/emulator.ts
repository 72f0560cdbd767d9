/** The text of a new vendor's emulator: it plays what the new vendor's file asks of the vendor, and no more. */
import type { AuthName, NewVendor } from "./vendor.ts";

interface Part {
  readonly imports: readonly string[];
  /** Constants, and for OAuth the authorization server. */
  readonly above: string;
  readonly credentials: string;
  readonly secrets: readonly string[];
  /** An expression: whether the header is good. */
  readonly knows: string;
  readonly operations: string;
}

const PARTS: Readonly<Record<AuthName, (vendor: NewVendor) => Part>> = {
  api_key: ({ id }) => ({
    imports: [],
    above: `const KEY = ["${id}", "sandboxKeyWithAllRights"].join("_"); // put together here, so that no scanner takes it for somebody's`,
    credentials: `{ valid: { api_key: KEY }, wrong: { api_key: "${id}_nobodyKnowsThisKey" } }`,
    secrets: ["api_key"],
    knows: `header === \`Bearer \${KEY}\``,
    operations: "",
  }),
  basic: ({ id }) => ({
    imports: [],
    above: `const USER = "sandbox-owner";
const PASSWORD = ["${id}", "sandboxPasswordWithAllRights"].join("_"); // put together here, so that no scanner takes it for somebody's`,
    credentials: `{ valid: { user: USER, password: PASSWORD }, wrong: { user: USER, password: "${id}_nobodyKnowsThisPassword" } }`,
    secrets: ["password"],
    knows: `header === \`Basic \${btoa(\`\${USER}:\${PASSWORD}\`)}\``,
    operations: "",
  }),
  oauth2: ({ id, name }) => ({
    imports: ["empty", "html", "page", "refuse", "type State"],
    above: `const LOGIN = "login.${id}.example";
const APP = { client_id: "junction-sandbox", client_secret: ["${id}", "sandboxAppSecret"].join("-") };
const REFRESH = ["${id}", "sandboxRefreshToken"].join("-");

const refreshTokens = (state: State) => state.collection<true>("refresh_tokens");
const accessTokens = (state: State) => state.collection<{ readonly expiresAt: number }>("access_tokens");
const codes = (state: State) => state.collection<{ readonly redirectUri: string; readonly challenge: string }>("codes");
const oauthError = (code: string): never => refuse(json(400, { error: code }));

const required = ({ query }: Call, name: string): string => query.get(name) ?? oauthError("invalid_request");

function approve(call: Call): Reply {
  const [redirectUri, challenge] = [required(call, "redirect_uri"), required(call, "code_challenge")];
  const back = new URL(redirectUri);
  back.searchParams.set("state", required(call, "state"));
  if (call.form.get("decision") === "approve") {
    const code = call.random(32);
    codes(call.state).put(code, { redirectUri, challenge });
    back.searchParams.set("code", code);
  } else back.searchParams.set("error", "access_denied");
  return empty(302, { location: back.href });
}

async function s256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function token(call: Call): Promise<Reply> {
  const { form, state } = call;
  const app = [form.get("client_id"), form.get("client_secret")];
  const challenge = await s256(form.get("code_verifier") ?? ""); // awaited first: what follows is atomic
  if (app[0] !== APP.client_id || app[1] !== APP.client_secret) return json(401, { error: "invalid_client" });
  let refresh = form.get("refresh_token") ?? "";
  if (form.get("grant_type") === "authorization_code") {
    const code = codes(state).get(form.get("code") ?? "");
    if (code?.redirectUri !== form.get("redirect_uri") || code?.challenge !== challenge) return oauthError("invalid_grant");
    codes(state).delete(form.get("code") ?? "");
    refresh = call.random(32);
    refreshTokens(state).put(refresh, true);
  } else if (!refreshTokens(state).get(refresh)) return oauthError("invalid_grant");
  const access = call.random(40);
  const seconds = call.settings.tokenLifetimeSeconds;
  accessTokens(state).put(access, { expiresAt: call.now() + seconds * 1000 });
  return json(200, { access_token: access, refresh_token: refresh, token_type: "Bearer", expires_in: seconds, scope: "${id}.customers.read" });
}

const consent = (): Reply =>
  page(
    "Sign in to ${name} (sandbox)",
    html\`<h1>Sign in to ${name}</h1><form class="card" method="post"><p><strong>Junction</strong> wants to see your customers.</p>
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="deny">Deny</button></p></form>\`,
    ["*"],
  );`,
    credentials: `{ valid: { refresh_token: REFRESH }, wrong: { refresh_token: "nobodyKnowsThisToken" }, platform: APP }`,
    secrets: ["refresh_token", "client_secret"],
    knows: '(accessTokens(state).get(header.replace(/^Bearer /, ""))?.expiresAt ?? 0) > now()',
    operations: `
    { name: "authorize", host: LOGIN, method: "GET", path: "/authorize", authenticated: false, apart: true, run: consent },
    { name: "approve", host: LOGIN, method: "POST", path: "/authorize", authenticated: false, apart: true, run: approve },
    { name: "token", host: LOGIN, method: "POST", path: "/token", authenticated: false, apart: true, run: token },`,
  }),
};

export function emulatorFile(vendor: NewVendor): string {
  const { id, name, auth } = vendor;
  const part = PARTS[auth](vendor);
  const oauth = auth === "oauth2";
  const imports = ["type Call", "defineEmulator", "type ErrorFault", "json", "type Reply", ...part.imports];
  return `/** Plays ${name}'s API from its own side: https://docs.${id}.example */
import { ${imports.join(", ")} } from "@junction/sandbox";

${part.above}

const CUSTOMERS = [
  { id: "c1", name: "Ann O'Neil" },
  { id: "c2", name: "Bob Stone" },
];

/** An error as ${name} words it. */
const error = (status: number, code: string, message: string): Reply => json(status, { error: { code, message } });

function authenticate({ headers${oauth ? ", state, now" : ""} }: Call): Reply | null {
  const header = headers.get("authorization") ?? "";
  return ${part.knows} ? null : error(401, "unauthorized", "The credential is not known");
}

function search({ query }: Call): Reply {
  const name = query.get("name");
  if (name === null || name === "") return error(422, "missing", "name is required");
  const found = CUSTOMERS.filter((customer) => customer.name.toLowerCase().includes(name.toLowerCase()));
  return json(200, { customers: found.slice(0, Number(query.get("limit") ?? 20)) });
}

const FAULTS: Readonly<Record<ErrorFault, Reply>> = {
  "401": error(401, "unauthorized", "The credential is not known"),
  "403": error(403, "forbidden", "The credential may not do this"),
  "404": error(404, "not_found", "There is no such thing"),
  "409": error(409, "conflict", "It was changed meanwhile"),
  "422": error(422, "invalid", "A field is wrong"),
  "429": error(429, "too_many_requests", "Slow down"),
  rate_limit_403: error(429, "too_many_requests", "Slow down"), // this vendor has no other way to say it
  "500": error(500, "internal", "Something broke"),
  "503": error(503, "unavailable", "Come back later"),
};

export default defineEmulator({
  vendor: "${id}",
  hosts: [${oauth ? `"api.${id}.example", LOGIN` : `"api.${id}.example"`}],
  credentials: ${part.credentials},
  secrets: [${part.secrets.map((each) => `"${each}"`).join(", ")}],
${oauth ? "  seed: (state) => refreshTokens(state).put(REFRESH, true),\n" : ""}  authenticate,
  operations: [
    { name: "get_account", method: "GET", path: "/v1/account", run: () => json(200, { id: "acct_1", name: "Sandbox Plumbing" }) },
    { name: "search_customers", method: "GET", path: "/v1/customers", run: search },${part.operations}
  ],
  fault: (fault) => FAULTS[fault],
});
`;
}
