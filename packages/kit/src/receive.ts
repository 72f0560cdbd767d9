/** A delivery, decided: whose it is before what it says. One order for all vendors, so that none can forget a step. */
import { parseEvent, type ReceiveAsk, type Received } from "@junction/core";
import { $ZodError } from "zod/v4/core";
import type { Vendor } from "./define.ts";
import type { PublishedKeys } from "./webhook.ts";

type Hook = NonNullable<Vendor["webhook"]>;
type Fields = Readonly<Record<string, string>>;

/** What the vault holds for a delivery: null where it holds nothing. */
export interface Proofs {
  /** The webhook's own. */
  own(): Promise<Fields | null>;
  credential(): Promise<Fields | null>;
  app(): Promise<Fields | null>;
  /** A key the vendor publishes. */
  readonly key: PublishedKeys;
}

export async function receive(
  webhook: Hook,
  { delivery, verified }: Pick<ReceiveAsk, "delivery" | "verified">,
  proofs: Proofs,
): Promise<Received> {
  if (verified) return { ...(await said(webhook, delivery)) };
  const fields = await proofs[webhook.secret.from]();
  if (delivery.method !== "POST") {
    const reply = (fields && (await webhook.challenge?.(delivery, fields))) ?? null;
    return reply ? { verdict: "challenge", reply } : { verdict: "forged", reason: "signature" };
  }
  if (!fields) return { verdict: "unverifiable" };
  const secrets = accepted(webhook, fields, delivery.receivedAt);
  if (secrets.length === 0) return { verdict: "unverifiable" };
  for (const [index, secret] of secrets.entries()) {
    if (!(await webhook.verify(delivery, secret, proofs.key))) continue;
    const late = await outside(webhook, delivery);
    if (late) return { verdict: "forged", reason: late };
    const read = await said(webhook, delivery);
    return read.verdict === "verified" ? { ...read, previous: index > 0 } : read;
  }
  return { verdict: "forged", reason: "signature" };
}

/** The secrets a delivery may be proved with, the newest first. The one before it counts until its overlap ends. */
function accepted({ secret }: Hook, fields: Fields, now: number): readonly string[] {
  if (secret.from !== "own") return [fields[secret.field] ?? ""].filter((value) => value !== "");
  const previous = now < Number(fields["previous_until"] ?? 0) ? [fields["previous"]] : [];
  return [fields["secret"], ...previous].filter((value): value is string => value !== undefined && value !== "");
}

/** Too old, or ahead of us. A time that cannot be read was not signed by the vendor. */
async function outside({ window }: Hook, delivery: ReceiveAsk["delivery"]): Promise<"signature" | "stale" | "future" | null> {
  if (!window) return null;
  const at = await window.signedAt(delivery);
  if (at === undefined) return "signature";
  const age = delivery.receivedAt / 1000 - at;
  return age > window.maxAgeSeconds ? "stale" : -age > window.maxAheadSeconds ? "future" : null;
}

async function said(webhook: Hook, delivery: ReceiveAsk["delivery"]): Promise<Received & { readonly verdict: "verified" | "unreadable" }> {
  try {
    const events = (await webhook.receive(delivery)).map(parseEvent);
    const undeclared = events.find(({ type }) => !webhook.events.includes(type));
    if (undeclared) throw new Error(`${undeclared.type} is not among the events its webhook declares`);
    const question = webhook.questions?.ask(delivery) ?? null;
    return { verdict: "verified", events, previous: false, ...(question && { question }) };
  } catch (error) {
    if (error instanceof SyntaxError) return { verdict: "unreadable", reason: "its body is not what the vendor documents" };
    if (!(error instanceof $ZodError)) throw error;
    const [issue] = error.issues;
    return { verdict: "unreadable", reason: `${issue?.path.join(".") || "its body"}: ${issue?.code ?? "does not fit"}` };
  }
}
