/** What Dropbox Sign tells of signature requests, and how it signs. https://developers.hellosign.com/docs/events/walkthrough */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { message, requestsOf, type Signature, type Stored } from "./requests.ts";

const hex = (text: string): string => Array.from(text, (character) => character.charCodeAt(0).toString(16)).join("");
const MOST_SIGNATURES = 500;
/** So many of them go into a message. */
const TOLD_SIGNATURES = 3;

/** What became of it stays so, whatever is told after: in the order in which it is asked for, that may be anything. */
function told({ id, entity, now, state }: PushAbout, event_type: string, became: Signature["state"], viewed = false) {
  const seconds = Math.floor(now / 1000);
  const requestId = `fa5c8a0b0f492d768749333ad6fcc2${entity.toString(16).padStart(10, "0")}`;
  const kept = requestsOf(state).get(requestId);
  // Who is asked to sign: one for each event that came of it, so that each is somebody's.
  const signature: Signature = {
    ...{ id: hex(id).padEnd(32, "0").slice(-32), email: `ann.${entity}@example.com`, name: `Ann No. ${entity}`, order: 0, state: became },
    ...(viewed && { viewedAt: seconds }),
    ...(became === "signed" && { signedAt: seconds }),
    ...(became === "declined" && { reason: "The price is too high" }),
  };
  const others = kept?.signatures.filter((one) => one.id !== signature.id) ?? [];
  const request: Stored = {
    ...{ id: requestId, title: `Estimate ${entity}`, subject: `Your estimate ${entity}`, message: "Please sign." },
    ...{ testMode: false, metadata: {}, sha256: "", canceled: false, createdAt: kept?.createdAt ?? seconds - 60, changedAt: now },
    complete: became === "signed" || kept?.complete === true,
    declined: became === "declined" || kept?.declined === true,
    signatures: [...others, signature].slice(-MOST_SIGNATURES),
  };
  requestsOf(state).put(requestId, request);
  return message(event_type, seconds, { ...request, signatures: request.signatures.slice(-TOLD_SIGNATURES) }, signature.id);
}

export const pushes: Pushes = {
  secretField: { set: "valid", field: "api_key" },
  kinds: {
    "contract.sent": (about) => told(about, "signature_request_sent", "awaiting_signature"),
    "contract.viewed": (about) => told(about, "signature_request_viewed", "awaiting_signature", true),
    "contract.signed": (about) => told(about, "signature_request_all_signed", "signed"),
    "contract.declined": (about) => told(about, "signature_request_declined", "declined"),
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
