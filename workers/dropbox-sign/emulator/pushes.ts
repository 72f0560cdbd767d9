/** Signature requests, what Dropbox Sign tells of them, and how it signs. https://developers.hellosign.com/docs/events/walkthrough */
import { mac, type PushAbout, type Pushes, type State } from "@junction/sandbox";

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

interface Stored {
  readonly id: string;
  readonly entity: number;
  readonly createdAt: number;
  readonly viewedAt: number | null;
  readonly complete: boolean;
  readonly declined: boolean;
  /** Who is asked to sign: one for each event that came of it, so that each is somebody's. */
  readonly signatures: readonly { readonly id: string; readonly state: SignatureState }[];
}
type SignatureState = "awaiting_signature" | "signed" | "declined";
export const requestsOf = (state: State) => state.collection<Stored>("signature_requests");

/** https://developers.hellosign.com/api/reference/operation/signatureRequestGet */
export function shown({ id, entity, createdAt, viewedAt, complete, declined, signatures }: Stored) {
  return {
    test_mode: false,
    signature_request_id: id,
    requester_email_address: ACCOUNT.email_address,
    title: `Estimate ${entity}`,
    original_title: `Estimate ${entity}`,
    subject: `Your estimate ${entity}`,
    message: "Please sign.",
    metadata: {},
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
    signatures: signatures.map(({ id: signature_id, state }, order) => ({
      signature_id,
      signer_email_address: `ann.${entity}@example.com`,
      signer_name: `Ann No. ${entity}`,
      signer_role: null,
      order,
      status_code: state,
      decline_reason: state === "declined" ? "The price is too high" : null,
      signed_at: state === "signed" ? createdAt + 60 : null,
      last_viewed_at: viewedAt,
      last_reminded_at: null,
      has_pin: false,
    })),
  };
}

const hex = (text: string): string => Array.from(text, (character) => character.charCodeAt(0).toString(16)).join("");
const MOST_SIGNATURES = 500;
/** So many of them go into a message. */
const TOLD_SIGNATURES = 3;

/** What became of it stays so, whatever is told after: in the order in which it is asked for, that may be anything. */
function message({ id, entity, now, state }: PushAbout, event_type: string, became: SignatureState, viewed = false) {
  const seconds = Math.floor(now / 1000);
  const requestId = `fa5c8a0b0f492d768749333ad6fcc2${entity.toString(16).padStart(10, "0")}`;
  const signature = hex(id).padEnd(32, "0").slice(-32);
  const kept = requestsOf(state).get(requestId);
  const others = kept?.signatures.filter((one) => one.id !== signature) ?? [];
  const request: Stored = {
    ...{ id: requestId, entity, createdAt: kept?.createdAt ?? seconds - 60, viewedAt: kept?.viewedAt ?? (viewed ? seconds : null) },
    complete: became === "signed" || kept?.complete === true,
    declined: became === "declined" || kept?.declined === true,
    signatures: [...others, { id: signature, state: became }].slice(-MOST_SIGNATURES),
  };
  requestsOf(state).put(requestId, request);
  const event_metadata = {
    related_signature_id: signature,
    reported_for_account_id: ACCOUNT.account_id,
    reported_for_app_id: null,
    event_message: null,
  };
  const event = { event_time: String(seconds), event_type, event_metadata };
  return {
    type: "multipart/form-data",
    body: JSON.stringify({ event, signature_request: shown({ ...request, signatures: request.signatures.slice(-TOLD_SIGNATURES) }) }),
  };
}

export const pushes: Pushes = {
  secretField: { set: "valid", field: "api_key" },
  kinds: {
    "contract.sent": (about) => message(about, "signature_request_sent", "awaiting_signature"),
    "contract.viewed": (about) => message(about, "signature_request_viewed", "awaiting_signature", true),
    "contract.signed": (about) => message(about, "signature_request_all_signed", "signed"),
    "contract.declined": (about) => message(about, "signature_request_declined", "declined"),
  },
  async sign({ body, secret }) {
    const { event, ...rest } = JSON.parse(body) as { readonly event: { readonly event_time: string; readonly event_type: string } };
    const event_hash = await mac("SHA-256", secret, "hex", event.event_time, event.event_type);
    const json = JSON.stringify({ event: { ...event, event_hash }, ...rest });
    const boundary = "------------------------5a0db0c1e2f34a5b";
    return {
      headers: {
        "content-type": `multipart/form-data; boundary=${boundary}`,
        "user-agent": "HelloSign API",
      },
      body: `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--${boundary}--\r\n`,
    };
  },
};
