/** Notices of a mailbox by Cloud Pub/Sub, and the tokens Google signs them with. https://cloud.google.com/pubsub/docs/push */
import { json, type PushAbout, type Pushes, type Reply, SERVICE_KEY } from "@junction/sandbox";
import { keep, OWNER } from "./mailbox.ts";

const KID = "5a17db0c0ffee0123456789abcdef0123456789a";
const ACCOUNT = "gmail-push@sandbox-junction.iam.gserviceaccount.com";

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const der = Uint8Array.from(atob(SERVICE_KEY.pkcs8.replace(/-----[A-Z ]+-----|\s/g, "")), (character) => character.charCodeAt(0));
const signingKey = () => crypto.subtle.importKey("pkcs8", der, RS256, true, ["sign"]);
const url64 = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
const part = (value: object): string => url64(new TextEncoder().encode(JSON.stringify(value)));

/** https://www.googleapis.com/oauth2/v3/certs */
export async function certificates(): Promise<Reply> {
  const { n, e } = (await crypto.subtle.exportKey("jwk", await signingKey())) as JsonWebKey;
  return json(200, { keys: [{ kty: "RSA", alg: "RS256", use: "sig", kid: KID, n, e }] }, { "cache-control": "public, max-age=19000" });
}

/** A token for a push; `signed` with Google's key, or not. */
export async function token(audience: string, now: number, changes: object = {}): Promise<string> {
  const at = Math.floor(now / 1000);
  const claims = {
    iss: "https://accounts.google.com",
    aud: audience,
    email: ACCOUNT,
    email_verified: true,
    sub: "1047295",
    iat: at,
    exp: at + 3600,
  };
  const text = `${part({ alg: "RS256", kid: KID, typ: "JWT" })}.${part({ ...claims, ...changes })}`;
  return `${text}.${url64(new Uint8Array(await crypto.subtle.sign(RS256, await signingKey(), new TextEncoder().encode(text))))}`;
}

/** What a server that could not deliver gives back (RFC 3464). */
const report = (original: string, to: string): string =>
  [
    ...[`From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>`, `To: ${OWNER}`, `Subject: Delivery Status Notification (Failure)`],
    ...[`In-Reply-To: <${original}>`, `References: <${original}>`, `X-Failed-Recipients: ${to}`, "MIME-Version: 1.0"],
    ...['Content-Type: multipart/report; boundary="000r"; report-type=delivery-status', ""],
    ...["--000r", 'Content-Type: text/plain; charset="UTF-8"', "", "** Address not found **", ""],
    ...["--000r", "Content-Type: message/delivery-status", "", `Final-Recipient: rfc822; ${to}`, "Action: failed", "Status: 5.1.1"],
    ...["Diagnostic-Code: smtp; 550-5.1.1 The email account does not exist.", "--000r--", ""],
  ].join("\r\n");

function bounced({ id, entity, now, state }: PushAbout) {
  const [sent, to] = [`18b0${id.slice(0, 12)}`, `customer${entity}@example.com`];
  const original = `${id}@mail.junction.invalid`;
  keep(state, sent, ["SENT"], now - 60_000, `From: ${OWNER}\r\nTo: ${to}\r\nSubject: Your estimate\r\nMessage-ID: <${original}>\r\n\r\nHi`);
  const { history } = keep(state, `18b1${id.slice(0, 12)}`, ["INBOX"], now - 1000, report(original, to));
  const data = btoa(JSON.stringify({ emailAddress: OWNER, historyId: history }));
  const message = { data, messageId: BigInt(`0x${id.slice(0, 12)}`).toString(), publishTime: new Date(now).toISOString() };
  return { type: "application/json", body: JSON.stringify({ message, subscription: "projects/sandbox-junction/subscriptions/gmail" }) };
}

export const pushes: Pushes = {
  secretField: { set: "platform", field: "webhook_verify_token" },
  kinds: { "email.bounced": bounced },
  async sign({ type, body, secret, now }) {
    return { headers: { "content-type": type, authorization: `Bearer ${await token(secret, now)}` }, body };
  },
};
