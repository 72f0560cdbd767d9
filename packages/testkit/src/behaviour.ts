/** What may become of a vendor's request: what the rig's Worker does by itself, as plain data, and what takes a socket or a test's own code. */
import type { ErrorFault } from "@junction/sandbox";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In the body's place, where that is no text. */
  readonly bytes?: Uint8Array | undefined;
}
/** What the sandbox answered. */
export type Passed = Required<Omit<Answer, "bytes">> & Pick<Answer, "bytes">;

/** Done to the connection. */
export type Wire =
  | "hang"
  | "drop" // breaks the connection, having done nothing
  | "commit then drop" // carried out, and the connection broken in place of the answer
  | "break" // carried out, and the connection broken within the answer's body
  | "truncate" // carried out, and the answer's body cut in half
  | "endless";

/** What a vendor knows of the account that asks: those of the secrets that are among its fields, or came in a header. */
export interface Known {
  readonly secrets: readonly string[];
  readonly fields: readonly string[];
}

/** What the rig's Worker does to a request or its answer. */
export type Odd =
  /** The vendor's own way to refuse, with these headers over it. */
  | { readonly odd: "refusal"; readonly fault: ErrorFault; readonly headers: Readonly<Record<string, string>> }
  | { readonly odd: "late"; readonly ms: number }
  /** Cut in half. Where the vendor answers with no body there is none to cut, and a refusal is one by its status. */
  | { readonly odd: "cut" }
  /** Repeats what it was sent, and the secrets it knows. */
  | { readonly odd: "echo"; readonly status: number; readonly known: Known }
  /** Ends each of its texts in the secrets it knows. */
  | { readonly odd: "telltale"; readonly status: number; readonly known: Known }
  /** Says in each of the usual ways that there is more after this. */
  | { readonly odd: "without end" };

export type Plain = "pass" | Odd | Omit<Answer, "bytes">;
/** `pass`: to the sandbox and back. A function: what the sandbox answers, changed. */
export type Behaviour = "pass" | Wire | Answer | ((passed: Passed) => Answer);

/** What the rig's Worker is told of a vendor. The newest counts. */
export interface Rule {
  readonly version: number;
  /** Addresses whose requests pass, and are not counted. */
  readonly apart: readonly string[];
  /** How many of the others pass first. */
  readonly from: number;
  /** What becomes of the rest; `ask`: what is decided outside, where a connection can be broken. */
  readonly how: Plain | "ask";
}
