/** Plays the Dropbox Sign API v3: signature requests, templates, and whoever signs. https://developers.hellosign.com/api/reference */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { pushes } from "./emulator/pushes.ts";
import { ACCOUNT, error, named, requestsOf, shown } from "./emulator/requests.ts";
import { send, sendWithTemplate } from "./emulator/send.ts";
import { APP, cancel, files, list, remind, sign } from "./emulator/signing.ts";
import { getTemplate, listTemplates } from "./emulator/templates.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (part: string): string => part.repeat(4);
const KEY = key("5a0db0c1e2f34a5b");

const unauthorized = (): Reply => error(401, "unauthorized", "Unauthorized user.");

function authenticate({ headers }: Call): Reply | null {
  return headers.get("authorization") === `Basic ${btoa(`${KEY}:`)}` ? null : unauthorized();
}

/** Dropbox Sign counts by the minute. */
const limits = (call: Call) => ({
  "x-ratelimit-limit": "100",
  "x-ratelimit-remaining": "99",
  "x-ratelimit-reset": String(Math.floor(call.now() / 60_000) * 60 + 60),
});

function getAccount(call: Call): Reply {
  const [id, email] = [call.query.get("account_id"), call.query.get("email_address")];
  const known = id === null ? email === null || email === ACCOUNT.email_address : id === ACCOUNT.account_id;
  return known ? json(200, { account: ACCOUNT }) : error(404, "not_found", "Account not found.");
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": () => error(403, "forbidden", "Access not allowed."),
  "404": () => error(404, "not_found", "Not found"),
  "409": () => error(409, "conflict", "A similar request is being processed."),
  "422": () => error(400, "bad_request", "Invalid parameter", "signers[0].email_address"),
  "429": () => error(429, "exceeded_rate", "Exceeded API rate limit."),
  rate_limit_403: () => error(429, "exceeded_rate", "Exceeded API rate limit."),
  "500": () => error(500, "unknown", "Unknown error. Please retry your request."),
  "503": () => error(503, "unavailable", "Service is temporarily unavailable."),
};

const REQUEST = "/v3/signature_request";
const PAGE = { host: APP, path: "/sign/:id", authenticated: false, apart: true } as const;

export default defineEmulator({
  vendor: "dropbox-sign",
  hosts: ["api.hellosign.com", APP],
  credentials: { valid: { api_key: KEY }, wrong: { api_key: key("0123456789abcdef") } },
  secrets: ["api_key"],
  authenticate,
  finish: (call, reply) => (call.url.host === APP ? reply : { ...reply, headers: { ...reply.headers, ...limits(call) } }),
  operations: [
    { name: "get_account", method: "GET", path: "/v3/account", run: getAccount },
    { name: "send", method: "POST", path: `${REQUEST}/send`, takesMs: 20, run: send },
    { name: "send_with_template", method: "POST", path: `${REQUEST}/send_with_template`, takesMs: 20, run: sendWithTemplate },
    { name: "list_signature_requests", method: "GET", path: `${REQUEST}/list`, run: list },
    {
      ...{ name: "get_signature_request", method: "GET", path: `${REQUEST}/:id` },
      run: (call) => json(200, { signature_request: shown(named(call)) }),
    },
    { name: "get_files", method: "GET", path: `${REQUEST}/files/:id`, run: files },
    { name: "remind", method: "POST", path: `${REQUEST}/remind/:id`, takesMs: 20, run: remind },
    { name: "cancel", method: "POST", path: `${REQUEST}/cancel/:id`, takesMs: 20, run: cancel },
    { name: "list_templates", method: "GET", path: "/v3/template/list", run: listTemplates },
    { name: "get_template", method: "GET", path: "/v3/template/:template", run: getTemplate },
    // What the link in a signer's email leads to.
    { ...PAGE, name: "open_signing", method: "GET", run: sign },
    { ...PAGE, name: "sign", method: "POST", run: sign },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes,
  inbox: (state) =>
    requestsOf(state)
      .list()
      .map(({ id, title, subject, message, signatures, complete, declined, canceled, createdAt }) => {
        const status = canceled ? "canceled" : declined ? "declined" : complete ? "signed" : "out for signature";
        const reminded = signatures.flatMap(({ name, remindedAt }) => (remindedAt === undefined ? [] : [`Reminded: ${name}`]));
        return {
          title: `To ${signatures.map(({ name, email }) => `${name} <${email}>`).join(", ")}: ${subject}`,
          text: [message, `${title} (${status})`, ...reminded, `Review and sign: /sandbox/${APP}/sign/${id}`].filter(Boolean).join("\n"),
          at: createdAt * 1000,
        };
      }),
});
