/** Dropbox Sign's signature requests: what is kept of one, what is shown of it, and what is told of it. */
import { type Call, noteChange, type Reply, refuse, json as replied, type State } from "@junction/sandbox";

export const ACCOUNT = {
  account_id: "5008b25c7f67153e57d5a357b1687968068fb465",
  email_address: "office@sandbox-plumbing.example",
  is_locked: false,
  is_paid_hs: true,
  is_paid_hf: false,
  quotas: {
    api_signature_requests_left: 1250,
    documents_left: null,
    templates_total: null,
    templates_left: null,
    sms_verifications_left: 0,
    num_fax_pages_left: 0,
  },
  callback_url: null,
  role_code: null,
  team_id: null,
  locale: "en-US",
  usage: { fax_pages_sent: 0 },
};

export const error = (status: number, error_name: string, error_msg: string, error_path?: string): Reply =>
  replied(status, { error: { error_msg, error_name, ...(error_path !== undefined && { error_path }) } });
/** Ends the request with a 400. */
export const bad = (error_msg: string, error_path?: string): never => refuse(error(400, "bad_request", error_msg, error_path));

export interface Signature {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role?: string | undefined;
  readonly order: number;
  readonly state: "awaiting_signature" | "signed" | "declined";
  readonly reason?: string;
  /** Epoch seconds, as Dropbox Sign counts. */
  readonly signedAt?: number;
  readonly viewedAt?: number;
  readonly remindedAt?: number;
}
export interface Stored {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly testMode: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  /** What was sent, by its SHA-256. */
  readonly sha256: string;
  readonly createdAt: number;
  /** When somebody last acted on it, epoch milliseconds. */
  readonly changedAt: number;
  readonly complete: boolean;
  readonly declined: boolean;
  readonly canceled: boolean;
  readonly signatures: readonly Signature[];
}
export const requestsOf = (state: State) => state.collection<Stored>("signature_requests");
export const seconds = (call: Pick<Call, "now">): number => Math.floor(call.now() / 1000);

/** https://developers.hellosign.com/api/reference/operation/signatureRequestGet */
export function shown({ id, title, subject, message, testMode, metadata, createdAt, complete, declined, signatures }: Stored) {
  return {
    test_mode: testMode,
    signature_request_id: id,
    requester_email_address: ACCOUNT.email_address,
    ...{ title, original_title: title, subject, message, metadata },
    created_at: createdAt,
    is_complete: complete,
    is_declined: declined,
    has_error: false,
    files_url: `https://api.hellosign.com/v3/signature_request/files/${id}`,
    signing_url: null,
    details_url: `https://app.hellosign.com/home/manage?guid=${id}`,
    cc_email_addresses: [],
    signing_redirect_url: null,
    template_ids: null,
    custom_fields: [],
    response_data: [],
    signatures: signatures.map((one) => ({
      signature_id: one.id,
      signer_email_address: one.email,
      signer_name: one.name,
      signer_role: one.role ?? null,
      order: one.order,
      status_code: one.state,
      decline_reason: one.reason ?? null,
      signed_at: one.signedAt ?? null,
      last_viewed_at: one.viewedAt ?? null,
      last_reminded_at: one.remindedAt ?? null,
      has_pin: false,
    })),
  };
}

/** An event, without its hash, which is made as it leaves. */
export function message(event_type: string, at: number, request: Stored, related_signature_id: string | null) {
  const event_metadata = {
    ...{ related_signature_id, reported_for_account_id: ACCOUNT.account_id },
    ...{ reported_for_app_id: null, event_message: null },
  };
  const event = { event_time: String(at), event_type, event_metadata };
  return { type: "multipart/form-data", body: JSON.stringify({ event, signature_request: shown(request) }) };
}

const KINDS: Readonly<Record<string, string>> = {
  signature_request_sent: "contract.sent",
  signature_request_viewed: "contract.viewed",
  signature_request_signed: "contract.viewed",
  signature_request_all_signed: "contract.signed",
  signature_request_declined: "contract.declined",
};
/** Keeps what a request came to, and has Dropbox Sign tell of it. */
export function keep(call: Call, request: Stored, event?: string, signature: string | null = null): Stored {
  const kept = { ...request, changedAt: call.now() };
  requestsOf(call.state).put(kept.id, kept);
  if (event !== undefined) noteChange(call.state, { kind: KINDS[event] ?? event, ...message(event, seconds(call), kept, signature) });
  return kept;
}

/** The request of the path. Of one that was canceled nothing is left. */
export function named(call: Call, parameter = "id"): Stored {
  const request = requestsOf(call.state).get(call.param(parameter)) ?? refuse(error(404, "not_found", "Not found"));
  return request.canceled ? refuse(error(410, "deleted", "This resource has been deleted")) : request;
}
