/** Vendors' deliveries in end-to-end tests: made and signed by the sandbox, sent by the test, and what became of them in D1. */
import { vi } from "vitest";
import { pushes } from "../workers/sendgrid/emulator/pushes.ts";
import type { Users } from "./mesh.ts";

/** A request of a vendor to us, signed. */
export interface Signed {
  readonly id: string | null;
  readonly kind: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The address a contractor gives to a vendor. */
export async function addressOf(mesh: Users, contractor: string, vendor: string): Promise<string> {
  const { body } = await mesh.api("GET", `/connections/${vendor}`, undefined, { contractor });
  if (typeof body?.webhook?.url !== "string") throw new Error(`${vendor} has no address: ${JSON.stringify(body)}`);
  return body.webhook.url;
}

/** Signed requests, not sent. */
export async function signed(mesh: Users, ask: Readonly<Record<string, unknown>>): Promise<readonly Signed[]> {
  const { status, body } = await mesh.sandbox("POST", "/sandbox/api/pushes", { ...ask, send: false });
  if (status !== 200) throw new Error(`the sandbox signs nothing: ${JSON.stringify(body)}`);
  return body.messages;
}

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
export async function send({ method, url, headers, body }: Omit<Signed, "id" | "kind">): Promise<Sent> {
  const response = await fetch(url, { method, headers, redirect: "manual", ...(method !== "GET" && { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/**
 * SendGrid's events reach the contractor from now on. Gives what delivers, of all that SendGrid has to tell by then.
 */
export async function hearSendGrid(mesh: Users, contractor: string): Promise<() => Promise<void>> {
  const about = { vendor: "sendgrid", url: await addressOf(mesh, contractor, "sendgrid"), secret: pushes.secret };
  const session = { contractor };
  await mesh.api("POST", "/connections/sendgrid/webhook-secret", { action: "set", secret: pushes.secret }, session);
  for (const push of await signed(mesh, { ...about, kind: "email.opened" })) await send(push);
  await vi.waitFor(async () => {
    const { body } = await mesh.api("GET", "/connections/sendgrid", undefined, session);
    if (body.webhook.waiting_for_first_event !== false) throw new Error("no event has come yet");
  }, 10_000);
  return async () => {
    const { body } = await mesh.sandbox("POST", "/sandbox/api/changes", about);
    if (Object.keys(body.statuses).join() !== "200") throw new Error(`deliveries were answered ${JSON.stringify(body.statuses)}`);
  };
}

/** Notes in a table of its own, from now on, each event that is done, in the order in which they are: seen by the database itself. */
export const WATCH = [
  "CREATE TABLE IF NOT EXISTS watched (place INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, vendor_event TEXT NOT NULL, lane TEXT NOT NULL)",
  `CREATE TRIGGER IF NOT EXISTS watch AFTER UPDATE ON events WHEN NEW.state = 'done' AND OLD.state <> 'done'
   BEGIN INSERT INTO watched (event, vendor_event, lane) VALUES (NEW.id, NEW.vendor_event, NEW.lane); END`,
];
