/** A step that is a call of a tool: through dispatch, under a key that is the same for each repeat of this one effect. */
import { actionOf, vendorsServing } from "@junction/catalog";
import { type Answer, dispatch, type ToolCall, type Trouble } from "@junction/dispatch";
import type { Came, Work } from "./came.ts";
import { note, type StepRow } from "./journal.ts";
import { judge, nameOf, type Tried, type Verdict } from "./outcome.ts";
import { patienceFor } from "./patience.ts";
import type { Reach } from "./reach.ts";
import type { StepCall } from "./steps.ts";

/** The answer's value, or what the trouble makes of the run. */
export type Called =
  | { readonly answer: Extract<Answer, { ok: true }> }
  /** `refused`: nothing came of this try. */
  | { readonly trouble: Extract<Came, { came: "trouble" }>; readonly refused: boolean };

export async function call(work: Work<unknown>, asked: StepCall): Promise<Came> {
  const called = await attempt(work, { ...tried(work.row), asked }, asked);
  if ("trouble" in called) return called.trouble;
  const { answer } = called;
  const output = (answer.value ?? {}) as Readonly<Record<string, unknown>>; // it fits the tool's output schema; null where a person has decided
  return { came: "done", output, call: answer.call, vendor: answer.vendor, url: urlOf(output) };
}

/** Tried once more. */
export const tried = (row: StepRow): StepRow => ({ ...row, attempts: row.attempts + 1 });

/** One attempt, written down before it is made. `part`: of a step that makes several calls, which one it is. */
export async function attempt({ live, reach, ask }: Work<unknown>, row: StepRow, asked: StepCall, part = ""): Promise<Called> {
  const { tool, vendor, input } = asked;
  note(live, { ...row, state: "started", reason: null, wakesAt: null });
  live.progress = null;
  const made: ToolCall = {
    ...{ contractor: ask.contractor, actor: { kind: "run", run: ask.run, workflow: ask.workflow }, tool, vendor, input },
    ...{ idempotencyKey: `${ask.run}/${row.step}${part}/${row.again}`, patienceMs: patienceFor(tool, reach.timing) },
    progress: (done) => {
      live.progress = done;
    },
  };
  const answer = await answered(reach, made);
  if (answer.ok) return { answer };
  const served = answer.vendor ?? vendor ?? row.vendor ?? undefined;
  const told = { tool, vendor: served, trouble: answer.trouble, failures: row.failures, backoffMs: reach.timing.backoffMs };
  const verdict = (await cutOff(reach, ask.contractor, told)) ?? judge(told);
  // Of an effect of which nothing is known, the call that may have had it.
  const call = OPEN.has(answer.trouble.kind) && row.call !== null ? row.call : answer.call;
  return { trouble: { came: "trouble", verdict, call, asked: made }, refused: REFUSED.has(answer.trouble.kind) };
}

const OPEN: ReadonlySet<Trouble["kind"]> = new Set(["OutcomeUnknown", "InProgress"]);

const REFUSED: ReadonlySet<Trouble["kind"]> = new Set([
  "NotConnected",
  "NeedsReconnect",
  "CredentialError",
  "PermissionError",
  "OverBudget",
]);

/** What dispatch throws is ours: nothing is known of the call, and the ledger will tell. */
async function answered({ mesh }: Reach, made: ToolCall): Promise<Answer> {
  try {
    return await dispatch(mesh, made);
  } catch (error) {
    const { contractor, tool, idempotencyKey } = made;
    console.error(JSON.stringify({ at: "run", what: "not dispatched", contractor, tool, key: idempotencyKey, error: String(error) }));
    return { ok: false, call: "", tool, trouble: { kind: "Fault" } };
  }
}

/** Nobody can say what came of an effect while the vendor that was asked for it cannot be reached: that is waited for first. */
async function cutOff({ mesh }: Reach, contractor: string, { tool, vendor, trouble }: Tried): Promise<Verdict | null> {
  if (trouble.kind !== "OutcomeUnknown") return null;
  const asked =
    vendor === undefined
      ? vendorsServing(tool)
          .filter(({ id }) => actionOf(id, tool)?.probe)
          .map(({ id }) => id)
      : [vendor];
  const known = await mesh.contractor(contractor).connections({ now: Date.now() });
  const broken = known.filter(({ vendor: id, health }) => asked.includes(id) && BROKEN.has(health.status)).map(({ vendor: id }) => id);
  const reason = `${broken.map(nameOf).join(", ")} must be reconnected before it can say whether this happened`;
  return broken.length > 0 && actionOf(broken[0] ?? "", tool)?.probe ? { does: "pause", vendors: broken, reason } : null;
}
const BROKEN: ReadonlySet<string> = new Set(["error", "not_connected"]);

/** Where a person sees what was made, where the tool says it. */
const urlOf = ({ url }: Readonly<Record<string, unknown>>): string | undefined => (typeof url === "string" ? url : undefined);
