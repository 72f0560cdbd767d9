/** What stands around the mesh: the platform's mail, and the host CRM that takes our events. Played like a vendor, so that its inbox and switches are the same. */
import * as z from "zod";
import { type Call, defineEmulator } from "./emulator.ts";
import { empty, json, type Reply, refuse } from "./reply.ts";

/** The secret the local stack signs events for the host CRM with: known to everyone, as everything in the sandbox. */
export const HOST_EVENTS_SECRET = "whsec_c2FuZGJveC1ob3N0LWNybS1ldmVudHM=";
export const MAIL_HOST = "mail.junction.example";
export const HOST_CRM = "host-crm.example";

const Mail = z.object({ from: z.string(), to: z.string(), subject: z.string(), text: z.string(), html: z.string() });
interface Arrived {
  readonly title: string;
  readonly text: string;
  readonly at: number;
}

const refused = (status: number, message: string): Reply => json(status, { error: message });

/** Standard Webhooks: the id, the time and the bytes under one MAC; a time more than five minutes off is refused. */
async function signed(call: Call): Promise<boolean> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => call.headers.get(name) ?? "");
  if (Math.abs(call.now() / 1000 - Number(timestamp)) > 300) return false;
  const secret = Uint8Array.from(atob(HOST_EVENTS_SECRET.slice("whsec_".length)), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const bytes = new TextEncoder().encode(`${id}.${timestamp}.${call.text}`);
  const candidates = (signatures ?? "").split(" ").flatMap((one) => (one.startsWith("v1,") ? [one.slice(3)] : []));
  for (const candidate of candidates) {
    const mac = Uint8Array.from(atob(candidate), (character) => character.charCodeAt(0));
    if (await crypto.subtle.verify("HMAC", key, mac, bytes)) return true;
  }
  return false;
}

const arrivals = (call: Pick<Call, "state">) => call.state.collection<Arrived>("arrivals");

export const host = defineEmulator({
  vendor: "host",
  hosts: [MAIL_HOST, HOST_CRM],
  credentials: { valid: {}, wrong: {} },
  secrets: [],
  operations: [
    {
      name: "take_mail",
      method: "POST",
      path: "/send",
      run(call) {
        const mail = Mail.safeParse(call.json);
        if (!mail.success) return refused(422, "not a mail");
        const { to, subject, text } = mail.data;
        arrivals(call).put(call.random(16), { title: `Email to ${to}: ${subject}`, text, at: call.now() });
        return empty(202);
      },
    },
    {
      name: "take_event",
      method: "POST",
      host: HOST_CRM,
      path: "/events",
      async run(call) {
        if (!(await signed(call))) refuse(refused(401, "the signature does not fit"));
        const { type } = z.object({ type: z.string() }).parse(call.json);
        // The same id is the same event, however often it is delivered.
        arrivals(call).put(call.headers.get("webhook-id") ?? "", { title: `Event ${type}`, text: call.text, at: call.now() });
        return empty(204);
      },
    },
  ],
  fault: (error) => refused(Number.parseInt(error, 10) || 500, `fault ${error}`),
  inbox: (state) => state.collection<Arrived>("arrivals").list(),
});
