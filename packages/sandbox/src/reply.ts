import type { Generated } from "./generated.ts";

/** An answer as data: an emulator can store one and give it again, which a stream would not allow. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** In the body's place: a file that is made as it is sent. */
  readonly generated?: Generated;
}

type Headers = Readonly<Record<string, string>>;

/** A JSON answer. */
export function json(status: number, value: unknown, headers: Headers = {}): Reply {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body: JSON.stringify(value) };
}

/** An answer without a body: a 202, a 204, or a redirect with its `location`. */
export function empty(status: number, headers: Headers = {}): Reply {
  return { status, headers, body: "" };
}

/** A text answer of any media type. */
export function text(status: number, body: string, headers: Headers = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}

/** What a handler throws to answer at once: see `refuse`. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** Ends a handler with this answer, from however deep. */
export function refuse(reply: Reply): never {
  throw new Refusal(reply);
}
