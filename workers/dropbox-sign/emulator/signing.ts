/** What becomes of a signature request: it is looked at, signed, declined, reminded of, canceled, and fetched as a file. */
import { type Call, empty, html, json, page, pdf, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";
import { bad, error, keep, named, requestsOf, type Signature, type Stored, seconds, shown } from "./requests.ts";

export const APP = "app.hellosign.com";
const over = ({ complete, declined, canceled }: Stored): boolean => complete || declined || canceled;

/** Whose turn it is: one after the other, in their order. */
export function turn({ signatures }: Stored): readonly Signature[] {
  const waiting = signatures.filter(({ state }) => state === "awaiting_signature");
  const first = Math.min(...waiting.map(({ order }) => order));
  return waiting.filter(({ order }) => order === first);
}

function decided(call: Call, request: Stored): Stored {
  const [signer] = over(request) ? [] : turn(request);
  const decision = call.form.get("decision");
  if (!signer) return request;
  const become = (change: Partial<Signature>) => ({
    ...request,
    signatures: request.signatures.map((one) => (one.id === signer.id ? { ...one, ...change } : one)),
  });
  const viewedAt = seconds(call);
  if (decision === "decline") {
    const reason = call.form.get("reason") ?? "The price is too high";
    return keep(call, { ...become({ viewedAt, state: "declined", reason }), declined: true }, "signature_request_declined", signer.id);
  }
  const viewed = signer.viewedAt === undefined ? keep(call, become({ viewedAt }), "signature_request_viewed", signer.id) : request;
  if (decision !== "sign") return viewed;
  const signed = keep(call, become({ viewedAt, state: "signed", signedAt: viewedAt }), "signature_request_signed", signer.id);
  return turn(signed).length > 0 ? signed : keep(call, { ...signed, complete: true }, "signature_request_all_signed");
}

/** What the link in a signer's email leads to. */
export function sign(call: Call): Reply {
  const request = requestsOf(call.state).get(call.param("id"));
  if (!request || request.canceled) return page("Dropbox Sign", html`<h1>This document is not available</h1>`, [], 404);
  const now = decided(call, request);
  const [signer] = over(now) ? [] : turn(now);
  const buttons = html`<p class="row"><button class="main" name="decision" value="sign">Sign</button><button name="decision" value="decline">Decline to sign</button></p>`;
  const shown = signer
    ? html`<p>${signer.name}, please review <strong>${now.title}</strong>.</p>${buttons}`
    : html`<p>${now.declined ? "This document was declined." : "Everyone has signed."}</p>`;
  return page("Review and sign (sandbox)", html`<h1>${now.subject}</h1><form class="card" method="post">${shown}</form>`);
}

const Remind = z.looseObject({ email_address: z.string(), name: z.optional(z.string()) });
const HOUR = 3600;

export function remind(call: Call): Reply {
  const request = named(call);
  const parsed = Remind.safeParse(call.json);
  if (!parsed.success) return bad("Invalid parameter", "email_address");
  const { email_address, name } = parsed.data;
  const signer = turn(request).find((one) => one.email === email_address && (name === undefined || one.name === name));
  if (over(request) || !signer) return bad("This signer cannot be reminded", "email_address");
  if (seconds(call) - (signer.remindedAt ?? 0) < HOUR) return bad("A reminder was sent within the last hour");
  const signatures = request.signatures.map((one) => (one.id === signer.id ? { ...one, remindedAt: seconds(call) } : one));
  return json(200, { signature_request: shown(keep(call, { ...request, signatures }, "signature_request_remind", signer.id)) });
}

export function cancel(call: Call): Reply {
  const request = named(call);
  if (request.complete) return bad("This request is complete and cannot be canceled");
  keep(call, { ...request, canceled: true }, "signature_request_canceled");
  return empty(200);
}

export function files(call: Call): Reply {
  const { id, title, changedAt, sha256, fields = {}, testMode, signatures } = named(call);
  // For a while after somebody signed, the file is still being made.
  if (call.now() < changedAt + call.settings.indexLagSeconds * 1000)
    return refuse(error(409, "conflict", "The files for this signature request are still being processed."));
  const lines = [
    ...[title, testMode ? "NOT BINDING: sent in test mode" : "", `Document ID: ${id}`, `SHA-256 of what was sent: ${sha256}`, ""],
    ...Object.entries(fields).map((pair) => pair.join(": ")),
    ...signatures.map(({ name, email, state, signedAt }) =>
      signedAt === undefined
        ? `${name} <${email}>: ${state}`
        : `Signed by ${name} <${email}> on ${new Date(signedAt * 1000).toISOString()}`,
    ),
  ];
  return { status: 200, headers: { "content-type": "application/pdf" }, body: pdf(lines) };
}

export function list(call: Call): Reply {
  const [at, size] = [Number(call.query.get("page") ?? 1), Number(call.query.get("page_size") ?? 20)];
  if (!Number.isInteger(at) || at < 1 || !Number.isInteger(size) || size < 1 || size > 100) return bad("Invalid page", "page");
  const all = requestsOf(call.state)
    .list()
    .filter(({ canceled }) => !canceled)
    .toReversed();
  const found = all.slice((at - 1) * size, at * size).map(shown);
  const list_info = { page: at, num_pages: Math.max(1, Math.ceil(all.length / size)), num_results: all.length, page_size: size };
  return json(200, { signature_requests: found, list_info });
}
