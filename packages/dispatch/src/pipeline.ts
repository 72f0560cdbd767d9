/**
 * The life of a tool call, in order, on one screen. Every caller comes through here: MCP, the settings API's "try it", the CLI,
 * and workflow steps. Policy lives here and in the contractor's Durable Object, and nowhere else.
 */
import { actionOf, anyTool, plannedFor } from "@junction/catalog";
import { type CatalogTool, JUNCTION, newId, type Outcome } from "@junction/core";
import { RECHECK_MS } from "./acquire.ts";
import { isOwn } from "./actors.ts";
import { type FilesAtHand, namedVendor, usesFiles } from "./at-hand.ts";
import { argumentIssues, closestTools, findTool } from "./contracts.ts";
import { effectOf } from "./effect-key.ts";
import type { Trouble } from "./refusal.ts";
import { again, MOST_ATTEMPTS, OF_THE_REQUEST, pause, retryIn, share } from "./retry.ts";
import type { AcquireAsk, Grant, Verdict } from "./rpc.ts";
import { type Part, type PartAnswer, postToSocial } from "./social.ts";
import type { Answer, Mesh, ToolCall } from "./tool-call.ts";

/** Tools of Junction's own that are several calls of others: no effect themselves, so that a repeat goes through all their parts again. */
const IN_PARTS: Readonly<Record<string, typeof postToSocial>> = { "crm/post_to_social": postToSocial };

const PATIENCE_MS = 25_000;

export async function dispatch(mesh: Mesh, ask: ToolCall): Promise<Answer> {
  const now = Date.now();
  const call = newId("call", now);
  const deadline = now + (ask.patienceMs ?? PATIENCE_MS);
  const refused = (trouble: Trouble, vendor?: string): Answer => ({
    ok: false,
    call,
    tool: tool?.id ?? ask.tool,
    trouble,
    ...(vendor !== undefined && { vendor }),
  });

  const tool = isOwn(ask.actor) ? anyTool(ask.tool) : findTool(ask.tool);
  if (!tool)
    return refused({ kind: "UnknownTool", closest: closestTools(ask.tool), planned: plannedFor(ask.tool).map(({ name }) => name) });
  const issues = argumentIssues(tool, ask.input);
  if (issues.length > 0) return refused({ kind: "InvalidArguments", issues });

  const contractor = mesh.contractor(ask.contractor);
  // Whoever cannot wait gets a piece of work to ask after; what the work itself does comes through here again, as a run's.
  const background = tool.background === true && ask.actor.kind !== "run";
  const vendorAsked = ask.vendor ?? namedVendor(tool, ask.input);
  // To begin a piece of work is an effect, a read's too: by its key whoever repeats the call finds the work that it began.
  const effect = (tool.effect === "read" && !background) || tool.id in IN_PARTS ? undefined : await effectOf(ask, tool.id, call);
  const acquire: Omit<AcquireAsk, "now"> = {
    contractor: ask.contractor,
    call,
    actor: ask.actor,
    tool: tool.id,
    deadline,
    ...(vendorAsked !== undefined && { vendor: vendorAsked }),
    ...(background && { background }),
    ...(ask.within !== undefined && { within: ask.within }),
    ...(effect && { effect }),
  };

  let atHand: Promise<FilesAtHand> | undefined;
  const { progress, input } = ask;
  const files = () => {
    atHand ??= mesh.files({ contractor: ask.contractor, schema: tool.input, input, deadline, ...(progress && { progress }) });
    return atHand.catch((error: unknown) => {
      atHand = undefined;
      log("files", ask, call, error);
      return null;
    });
  };

  const failed: Settled[] = [];
  for (let attempt = 1; ; attempt++) {
    const passed = failed.map(({ vendor }) => vendor);
    const verdict = await again(() => contractor.acquire({ ...acquire, now: Date.now(), ...(passed.length > 0 && { passed }) }));
    if (verdict.verdict === "refused") {
      const { refusal } = verdict;
      if (failed[0]) return answer(failed[0], false); // nobody is left: the first choice's trouble is the one to mend
      if (refusal.kind !== "OverBudget" || !(await pause(refusal.retryAfterMs, deadline))) return refused(refusal);
      attempt--; // nothing was attempted
      continue;
    }
    if (verdict.verdict === "replay") return answer(verdict, true);

    const { vendor, connection } = verdict;
    const others = verdict.verdict === "granted" && verdict.others === true;
    const until = others ? share(deadline) : deadline;
    const outcome = await make(mesh, { ...ask, vendor: vendorAsked }, tool, verdict, { call, deadline: until, files });
    const settled = again(() =>
      contractor.settle({
        contractor: ask.contractor,
        call,
        actor: ask.actor,
        tool: tool.id,
        grant: { vendor, connection, generation: (outcome !== "fault" && outcome.generation) || verdict.generation },
        startedAt: now,
        now: Date.now(),
        attempts: attempt,
        source: verdict.verdict === "probe" ? "probe" : "call",
        outcome,
        ...(effect && { key: effect.key }),
      }),
    ).catch((error) => log("unsettled", ask, call, error)); // the ledger still says sent, so the sweep will look
    const settlement = effect && (await settled);
    if (!effect) mesh.later(settled);

    if (outcome === "fault") return refused({ kind: "Fault" }, vendor);
    if (verdict.verdict === "probe") {
      if (outcome.ok && outcome.value !== null && settlement?.happened)
        return answer({ call: verdict.call, outcome, vendor }, verdict.call !== call);
      return refused({ kind: "OutcomeUnknown", retryAfterMs: RECHECK_MS }, vendor);
    }
    if (outcome.ok) return answer({ call, outcome, vendor }, false);
    if (others && (tool.interchangeable ? !OF_THE_REQUEST.has(outcome.error.kind) : outcome.error.kind === "NotFound")) {
      await settled; // before what the next one is settled with
      failed.push({ call, outcome, vendor });
      continue;
    }
    const action = actionOf(vendor, tool.id);
    const wait = retryIn(outcome, attempt, action);
    if (wait !== null && attempt < MOST_ATTEMPTS && (await pause(wait, deadline))) continue;
    // The effect may have happened and nothing at the vendor tells a repeat: no caller may be told to try again.
    if (effect && !action?.idempotent && outcome.error.kind === "VendorUnavailable" && outcome.error.sent)
      return refused({ kind: "OutcomeUnknown", ...(settlement?.retryAfterMs && { retryAfterMs: settlement.retryAfterMs }) }, vendor);
    // Whoever knew what was meant has the last word; else the first choice's trouble is the one to mend.
    const known = !tool.interchangeable && outcome.error.kind !== "NotFound";
    return answer((known ? undefined : failed[0]) ?? { call, outcome, vendor }, false);
  }

  function answer({ call, outcome, vendor }: Settled, replayed: boolean): Answer {
    const toolId = tool?.id ?? ask.tool;
    if (outcome.ok) return { ok: true, call, tool: toolId, vendor, value: outcome.value, replayed };
    const { error, said } = outcome;
    return { ok: false, call, tool: toolId, vendor, trouble: said ? { ...error, said } : error };
  }
}

interface Settled {
  readonly call: string;
  readonly outcome: Outcome<unknown>;
  readonly vendor: string;
}

/** One attempt at the vendor, or one look whether an earlier one had its effect. What the vendor's Worker throws is a bug of ours. */
async function make(
  mesh: Mesh,
  ask: ToolCall,
  { id: tool, ...contract }: CatalogTool,
  verdict: Verdict & Grant,
  { call, deadline, files }: { readonly call: string; readonly deadline: number; readonly files: () => Promise<FilesAtHand | null> },
): Promise<Outcome<unknown> | "fault"> {
  const { vendor, connection, generation, idempotencyKey } = verdict;
  const held = { contractor: ask.contractor, connection, generation, call, tool, input: ask.input, idempotencyKey };
  try {
    const [inParts, repeat] = [IN_PARTS[tool], ask.idempotencyKey ?? call];
    if (inParts) return { ok: true, value: await inParts(ask.input, repeat, partsOf(mesh, ask, tool, repeat, deadline)) };
    if (verdict.verdict === "probe") return await mesh.vendor(vendor).probe({ ...held, sentAt: verdict.sentAt });
    const atHand = vendor !== JUNCTION && usesFiles({ id: tool, ...contract }) ? await files() : undefined;
    if (atHand === null) return { ok: false, error: { kind: "VendorUnavailable", sent: false }, ours: true };
    if (atHand && "issues" in atHand) return { ok: false, error: { kind: "InvalidRequest", issues: [...atHand.issues] } };
    const told = {
      ...(ask.actor.kind === "run" && { run: ask.actor.run }),
      ...(vendor === JUNCTION && { only: ask.vendor, part: partsOf(mesh, ask, tool, repeat, deadline) }),
    };
    const hook = verdict.endpoint === undefined ? {} : { hook: mesh.hookUrl(vendor, verdict.endpoint) };
    return await mesh.vendor(vendor).call({ ...held, deadline, ...told, ...hook, ...atHand });
  } catch (error) {
    log("fault", ask, call, error);
    return "fault";
  }
}

/** Makes the parts of a call: as the same caller's, and by leave of the whole, which is what the caller repeats. */
const partsOf =
  (mesh: Mesh, { contractor, actor }: ToolCall, within: string, repeat: string, deadline: number) =>
  async ({ name, ...part }: Part): Promise<PartAnswer> => {
    const idempotencyKey = `${repeat} ${name}`;
    const answer = await dispatch(mesh, { ...part, contractor, actor, within, idempotencyKey, patienceMs: deadline - Date.now() });
    if (answer.ok) return answer;
    const { trouble, vendor, call } = answer;
    return { ok: false, trouble, words: mesh.explain(trouble, { tool: within, vendor, call: trouble.kind === "Fault" ? call : repeat }) };
  };

/** A fault of ours, for the engineer: who, which tool, and the id the caller was given. */
function log(what: string, ask: ToolCall, call: string, error: unknown): void {
  console.error(JSON.stringify({ at: "dispatch", what, call, contractor: ask.contractor, tool: ask.tool, error: String(error) }));
}
