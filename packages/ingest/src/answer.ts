/** What a delivery is answered with. */
import type { CatalogVendor, HookReply } from "@junction/core";

export interface Answer {
  readonly status: number;
  readonly reply?: Pick<HookReply, "type" | "body">;
  readonly retryAfterMs?: number;
  /** The reply is the answer to what the delivery asked. */
  readonly answered?: true;
}
export const FULL: Answer = { status: 429, retryAfterMs: 60_000 };

export const replied = (reply: HookReply): Answer => ({ status: reply.status, reply });

/** The answer to a delivery that is durable, as the vendor wants it. */
export function taken({ webhook }: CatalogVendor): Answer {
  const reply = webhook?.acknowledgement;
  return reply ? replied(reply) : { status: 200 };
}

/** Whoever asks and gets no answer gets the fallback, which tells nobody anything: that it asks, its address says. Forgers get none. */
export function orFallback(answer: Answer, { webhook }: Pick<CatalogVendor, "webhook">, url: URL): Answer {
  const reply = url.searchParams.has("ask") ? webhook?.questions?.fallback : undefined;
  return !reply || answer.answered || answer.status === 401 || answer.status === 404 ? answer : replied(reply);
}
