/** What SendGrid's event webhook delivers, and how it signs. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features */
import type { PushAbout, Pushes } from "@junction/sandbox";

/** The key that SendGrid shows, and the one it keeps. Known to everyone, as everything in the sandbox. */
const PUBLIC =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7htzYqBUhtRmcEKA3mIrDEka7ALE38xjGYLKPLR+ZngYXBxtyWZtgrP9aOBlFjTK8bP+rPX87GL7aGur4pokXQ==";
const CURVE = { kty: "EC", crv: "P-256" };
const PRIVATE = {
  ...CURVE,
  x: "7htzYqBUhtRmcEKA3mIrDEka7ALE38xjGYLKPLR-Zng",
  y: "GFwcbclmbYKz_WjgZRY0yvGz_qz1_Oxi-2hrq-KaJF0",
  d: "kT7N4FXjBMd5Z-K4I6TVT6pSijplvYwnNeJwX_nl1vM",
};
/** Of another account: what signs where another key than ours is asked for. */
const FOREIGN = {
  ...CURVE,
  x: "3i46pfnNdWVtCR0JRF8mQLL0m5B6gUjjkc7C2LBSM2g",
  y: "n2egPorgbPHbLo7nhDhKZvGKVDNpyHN980x_mGh572E",
  d: "Y__lntQ6JzWZbLfmcC25jl2psKatYqLnWoNcOHh7E0o",
};

/** A whole number, as DER writes it: without zeros before, save one where it would read as negative. */
function integer(bytes: readonly number[]): readonly number[] {
  const digits = bytes.slice(bytes.findIndex((byte) => byte !== 0));
  const whole = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [0x02, whole.length, ...whole];
}

async function signature(key: JsonWebKey, signed: string): Promise<string> {
  const usable = await crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, usable, new TextEncoder().encode(signed));
  const [r, s] = [[...new Uint8Array(raw, 0, 32)], [...new Uint8Array(raw, 32, 32)]];
  const numbers = [...integer(r), ...integer(s)];
  return btoa(String.fromCharCode(0x30, numbers.length, ...numbers));
}

interface Mail {
  /** What sending it gave. */
  readonly message: string;
  readonly email: string;
  readonly args: Readonly<Record<string, string>>;
}
/** An event of a mail; `id` is the event's own. */
function about({ message, email, args }: Mail, event: object, id: string, now: number) {
  const one = {
    email,
    ...event,
    sg_event_id: btoa(id).replace(/=+$/, ""),
    sg_message_id: `${message}.recvd-5f5d8c8b9b-abcde-1-5F5FC76C-9.0`,
    "smtp-id": `<${message}@geopod-ismtpd-1-0>`,
    timestamp: Math.floor(now / 1000) - 2,
    ...args,
  };
  // The line's end is part of what is signed.
  return { type: "application/json;charset=utf-8", body: `[${JSON.stringify(one)}]\r\n` };
}
const DELIVERED = { event: "delivered", response: "250 OK", ip: "198.51.100.7", tls: 1 };
/** What is told of a mail that was sent. */
export const delivered = (mail: Mail, id: string, now: number) => about(mail, DELIVERED, id, now);

const told =
  (event: object) =>
  ({ id, entity, now }: PushAbout) => {
    const message = `Sandbox${String(entity).padStart(15, "0")}`;
    return about({ message, email: `customer${entity}@example.com`, args: { junction_key: "0".repeat(64) } }, event, id, now);
  };

export const pushes: Pushes = {
  secret: PUBLIC,
  kinds: {
    "email.delivered": told(DELIVERED),
    "email.opened": told({ event: "open", useragent: "Mozilla/5.0", ip: "203.0.113.9", sg_machine_open: false }),
    "email.clicked": told({
      ...{ event: "click", url: "https://sandbox-plumbing.example/estimate?a=1&b=2" },
      url_offset: { index: 0, type: "html" },
    }),
    "email.bounced": told({ event: "bounce", type: "bounce", status: "5.1.1", reason: "550 5.1.1 No such user here" }),
    "email.unsubscribed": told({ event: "unsubscribe" }),
    "email.complained": told({ event: "spamreport" }),
  },
  async sign({ type, body, secret, now }) {
    const timestamp = String(Math.floor(now / 1000));
    return {
      headers: {
        "content-type": type,
        "user-agent": "SendGrid Event API",
        "x-twilio-email-event-webhook-timestamp": timestamp,
        "x-twilio-email-event-webhook-signature": await signature(secret === PUBLIC ? PRIVATE : FOREIGN, timestamp + body),
      },
      body,
    };
  },
};
