/** Laws of failure: whatever a vendor does, it becomes its one kind of error, and the Worker lives. */
import type { VendorError, VendorErrorKind } from "@junction/core";
import { hostsFor, ownsHost } from "@junction/kit";
import type { ErrorFault } from "@junction/sandbox";
import type { Answer, Plain, Wire } from "../behaviour.ts";
import type { Law, Violation } from "../law.ts";
import type { Attempted, Errand, Stage } from "../stage.ts";

interface Fault {
  readonly name: string;
  readonly kind: VendorErrorKind;
  /** What is done to a request, several ways. */
  readonly ways: (stage: Stage) => Readonly<Record<string, Plain | Wire>>;
  /** Anything more that must be true of the error, or of what happened. */
  readonly also?: (error: VendorError, attempted: Attempted, stage: Stage) => string | undefined;
  readonly deadlineMs?: number;
  /** The test call takes no deadline, so a law that waits for one leaves it out. */
  readonly actionsOnly?: true;
  /**
   * The kit alone meets it, whichever request it is: the first shows as much as all. `one`: whichever errand it is, too, so that one action
   * and the test call are enough.
   */
  readonly kits?: "each" | "one";
}

const EMPTY_BODY = "an empty body";
const EMPTY_OBJECT = "an empty object";
const OWN_BODY = "the vendor's own body";
/** These say nothing of the vendor: where its own body is at hand for each request, the first of one action and of the test call shows as much. */
const BY_STATUS_ALONE: ReadonlySet<string> = new Set([EMPTY_BODY, EMPTY_OBJECT]);
const HTML = "<!doctype html><html><head><title>Sign in</title></head><body>Sign in to the network</body></html>";
const html = { "content-type": "text/html; charset=utf-8" };

/** The status with bodies that say nothing, which the kit alone reads, and with the vendor's own. */
const status =
  (code: number, own: ErrorFault, headers: () => Record<string, string> = () => ({})) =>
  (): Readonly<Record<string, Plain>> => ({
    [EMPTY_BODY]: { status: code, headers: headers() },
    [EMPTY_OBJECT]: { status: code, headers: { ...headers(), "content-type": "application/json" }, body: "{}" },
    [OWN_BODY]: { odd: "refusal", fault: own, headers: headers() },
  });

const wait = (least: number, most: number) => (error: VendorError) =>
  error.kind === "RateLimited" && (error.retryAfterMs < least || error.retryAfterMs > most)
    ? `retry_after is ${error.retryAfterMs} ms, not ${least} to ${most}`
    : undefined;
const mayHaveActed = (error: VendorError) =>
  error.kind === "VendorUnavailable" && !error.sent ? "it says that nothing was sent, though the vendor may have acted" : undefined;
const only = (behaviour: Plain | Wire) => () => ({ "": behaviour });

/** Long enough that a busy machine has sent the request by then. */
const DEADLINE_MS = 1500;
const BODY_CAP = 32 * 1024 * 1024;

const FAULTS: readonly Fault[] = [
  { name: "401 is CredentialError", kind: "CredentialError", ways: status(401, "401") },
  { name: "403 is PermissionError", kind: "PermissionError", ways: status(403, "403") },
  { name: "404 is NotFound", kind: "NotFound", ways: status(404, "404") },
  { name: "409 is Conflict", kind: "Conflict", ways: status(409, "409") },
  { name: "422 is InvalidRequest", kind: "InvalidRequest", ways: status(422, "422") },
  { name: "429 is RateLimited, with a default wait", kind: "RateLimited", ways: status(429, "429"), also: wait(0, 86_400_000) },
  {
    name: "429 with Retry-After in seconds says how long",
    kind: "RateLimited",
    ways: status(429, "429", () => ({ "retry-after": "7" })),
    kits: "one",
    also: wait(7000, 7000),
  },
  {
    name: "429 with Retry-After as a date says how long",
    kind: "RateLimited",
    ways: status(429, "429", () => ({ "retry-after": new Date(Date.now() + 60_000).toUTCString() })),
    kits: "one",
    also: wait(50_000, 60_000),
  },
  {
    name: "the vendor's other way to say too many requests is RateLimited",
    kind: "RateLimited",
    ways: () => ({ [OWN_BODY]: { odd: "refusal", fault: "rate_limit_403", headers: {} } }),
  },
  { name: "500 is VendorUnavailable", kind: "VendorUnavailable", ways: status(500, "500"), also: mayHaveActed },
  { name: "503 is VendorUnavailable", kind: "VendorUnavailable", ways: status(503, "503"), also: mayHaveActed },
  {
    name: "no answer in time is VendorUnavailable",
    kind: "VendorUnavailable",
    ways: only("hang"),
    deadlineMs: DEADLINE_MS,
    actionsOnly: true,
    kits: "each",
    also: (error, { tookMs }) =>
      mayHaveActed(error) ?? (tookMs > DEADLINE_MS + 5000 ? `it took ${tookMs} ms, with ${DEADLINE_MS} given` : undefined),
  },
  { name: "a broken connection is VendorUnavailable", kind: "VendorUnavailable", ways: only("drop"), kits: "each", also: mayHaveActed },
  {
    name: "a connection that breaks within the answer is VendorUnavailable",
    kind: "VendorUnavailable",
    ways: only("break"),
    kits: "each",
    also: mayHaveActed,
  },
  {
    name: "truncated JSON is VendorUnavailable",
    kind: "VendorUnavailable",
    ways: only({ odd: "cut" }),
    also: mayHaveActed,
  },
  {
    name: "a page of HTML is VendorUnavailable",
    kind: "VendorUnavailable",
    ways: () => ({
      "as a 200": { status: 200, headers: html, body: HTML },
      "as a 502": { status: 502, headers: html, body: HTML },
    }),
    also: mayHaveActed,
  },
  {
    name: "a body without end is VendorUnavailable, and is not read to its end",
    kind: "VendorUnavailable",
    ways: only("endless"),
    kits: "one",
    also: (_, __, { rig, subject }) => {
      const bytes = rig.egress.endlessBytes(subject.id);
      return bytes > BODY_CAP ? `${bytes} bytes of an endless body were taken` : undefined;
    },
  },
  {
    name: "a redirect to another host is VendorUnavailable, and is not followed",
    kind: "VendorUnavailable",
    ways: () => Object.fromEntries([301, 302, 307, 308].map((code) => [`a ${code}`, redirect(code)])),
    kits: "one",
    also: (_, { sent }, { subject: { vendor, emulator } }) =>
      sent.find(({ host }) => !ownsHost(hostsFor(vendor.manifest.hosts, emulator.credentials.valid), host))?.url,
  },
];
const redirect = (code: number): Answer => ({ status: code, headers: { location: "https://elsewhere.example/take" } });

export const FAULT_LAWS: readonly Law<Stage>[] = FAULTS.map((fault) => ({
  name: fault.name,
  async check(stage) {
    if (fault.deadlineMs !== undefined && (await allMeet(stage, fault))) return [];
    const violations: Violation[] = [];
    const [action, ...others] = stage.errands;
    const test = others.at(-1);
    const few = action && test ? [action, test] : stage.errands;
    for (const errand of fault.kits === "one" ? few : stage.errands) {
      if (fault.actionsOnly && errand.action === undefined) continue;
      const ways = Object.entries(fault.ways(stage));
      const requests = await stage.requests(errand); // first, since it uses up what its own input was made of
      if (requests === 0) violations.push({ tool: errand.name, text: "it sends no request" });
      const input = errand.action && (await stage.input(errand.action));
      for (const [way, behaviour] of ways) {
        const alone = ways.length > 1 && BY_STATUS_ALONE.has(way);
        if (alone && !few.includes(errand)) continue;
        const most = Math.min(requests, fault.kits || alone ? 1 : Number.POSITIVE_INFINITY);
        for (const text of await meet(stage, errand, fault, { input, behaviour, most })) {
          violations.push({ tool: errand.name, text: way === "" ? text : `with ${way}: ${text}` });
        }
      }
    }
    return violations;
  },
}));

interface Meeting {
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly behaviour: Plain | Wire;
  readonly most: number;
}

/** Meets the fault at each of the errand's requests in turn, or at the first of them. */
async function meet(stage: Stage, errand: Errand, fault: Fault, { input, behaviour, most }: Meeting): Promise<string[]> {
  const found: string[] = [];
  const options = { ...(input && { input }), ...(fault.deadlineMs !== undefined && { deadlineMs: fault.deadlineMs }) };
  for (let at = 0; at < most; at++) {
    stage.misbehave(behaviour, at);
    const attempted = await errand.attempt(options);
    stage.behave();
    const text = attempted.sent.length <= at ? "was not sent" : mistaken(stage, fault, attempted);
    if (text !== undefined) found.push(`request ${at + 1}: ${text}`);
  }
  return found;
}

/** What is wrong with an attempt that met the fault. */
function mistaken(stage: Stage, fault: Fault, attempted: Attempted): string | undefined {
  const { outcome, threw } = attempted;
  if (!outcome) return `the Worker threw ${threw}`;
  if (outcome.ok) return "it went on as if all were well";
  if (outcome.error.kind !== fault.kind) return `${JSON.stringify(outcome.error)} instead of ${fault.kind}`;
  return fault.also?.(outcome.error, attempted, stage);
}

/** Whether all actions meet the fault rightly, side by side: nobody needs to wait in turn. If not, it is tried one by one, to know which. */
async function allMeet(stage: Stage, fault: Fault): Promise<boolean> {
  const asks: (() => Promise<Attempted>)[] = [];
  for (const errand of stage.errands) {
    if (!errand.action) continue;
    if ((await stage.requests(errand)) === 0) return false;
    const options = { input: await stage.input(errand.action), ...(fault.deadlineMs !== undefined && { deadlineMs: fault.deadlineMs }) };
    asks.push(() => errand.attempt(options));
  }
  const [behaviour = "pass"] = Object.values(fault.ways(stage));
  stage.misbehave(behaviour);
  const attempts = await Promise.all(asks.map((ask) => ask()));
  stage.behave();
  const sent = attempts.reduce((sum, one) => sum + one.sent.length, 0);
  return sent >= attempts.length && attempts.every((one) => mistaken(stage, fault, one) === undefined);
}
