/** The fault switches: how a vendor can be made to fail, and what each does. */
import * as z from "zod";

/** Faults that are the vendor's own error answers; the emulator says how they look. The request is not carried out. */
export const ERROR_FAULTS = ["401", "403", "404", "409", "422", "429", "500", "503", "rate_limit_403"] as const;
export type ErrorFault = (typeof ERROR_FAULTS)[number];

/** Every switch, with what it does in words. `ms` is the delay of `slow`, and the Retry-After of the 429s. */
export const FAULTS = {
  "401": "401, the credential is rejected",
  "403": "403, a permission is lacking",
  "404": "404, not found",
  "409": "409, conflict",
  "422": "422 (or the vendor's 400), the request is refused",
  "429": "429 without a Retry-After",
  "429_seconds": "429 with a Retry-After in seconds",
  "429_date": "429 with a Retry-After as a date",
  rate_limit_403: "the vendor's other way to say too many requests (Google: a 403)",
  "500": "500, the vendor's own error body",
  "503": "503, the vendor's own error body",
  html_502: "502 with a proxy's HTML page",
  html_200: "200 with an HTML page in place of the answer",
  hang: "never answers (gives up after 60 s)",
  slow: "carries the request out, and answers late",
  truncated_json: "carries the request out, and cuts the answer's JSON in half",
  broken_body: "carries the request out, and breaks the connection within the body",
  commit_then_drop: "carries the request out, and breaks the connection without an answer",
  drop: "breaks the connection without carrying the request out",
  cut_upload: "takes half of what is uploaded, and breaks the connection",
  huge: "an endless body",
  redirect: "302 to another host",
} as const satisfies Record<string, string>;
export type FaultKind = keyof typeof FAULTS;

const kinds = Object.keys(FAULTS).filter((name): name is FaultKind => name in FAULTS);

/** What `PUT /sandbox/api/faults` takes. */
export const FaultSwitch = z.strictObject({
  vendor: z.string(),
  /** One of the vendor's operations, or `*` for all that have no switch of their own and are not the authorization server's. */
  operation: z.string().default("*"),
  fault: z.enum(kinds),
  /** How many matching requests it meets before it clears itself; absent: until cleared. */
  times: z.number().int().positive().max(1_000_000).optional(),
  ms: z.number().int().nonnegative().max(600_000).optional(),
});
export type FaultSwitch = z.output<typeof FaultSwitch>;

/** The emulator's error that a fault is, if it is one. */
export function errorOf(kind: FaultKind): ErrorFault | undefined {
  const bare = kind === "429_seconds" || kind === "429_date" ? "429" : kind;
  return ERROR_FAULTS.find((error) => error === bare);
}
