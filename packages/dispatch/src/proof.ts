/** What settles an effect whose outcome stayed open, besides the vendor's own answer: an event that bears our mark, or a person's word. */
import { catalog } from "@junction/catalog";
import type { Consumer, Outcome, Proof } from "@junction/core";
import { type Desk, type Effect, effectByCall, effectByMark, saveAudit, saveEffect } from "./desk.ts";
import type { AskingRpc, ContractorRpc } from "./rpc.ts";
import { finish, NOTHING_HAPPENED } from "./settle.ts";

/** A verified event of this vendor's says that the effect happened: it did, whatever the vendor's answer or a person said of it. */
export async function prove(
  desk: Desk,
  { vendor, proof, now }: { readonly vendor: string; readonly proof: Proof; readonly now: number },
  runAt: (run: string) => AskingRpc,
): Promise<void> {
  const effect = desk.contractor === null ? undefined : effectByMark(desk, proof.key);
  if (effect?.vendor !== vendor || effect.state === "confirmed") return;
  close(desk, effect, { ok: true, value: proof.result }, now);
  const [, run] = /^run:(.+)$/.exec(effect.actor) ?? [];
  if (run !== undefined) await runAt(run).known({ now });
}

/** A person has looked: the effect happened, or it did not and may be attempted again. */
export function decide(
  desk: Desk,
  { call, happened, now }: { readonly call: string; readonly happened: boolean; readonly now: number },
): "decided" | "known" | null {
  const effect = desk.contractor === null ? undefined : effectByCall(desk, call);
  if (!effect || effect.state === "sent") return null;
  if (effect.state !== "unknown") return "known";
  close(desk, effect, happened ? { ok: true, value: null } : NOTHING_HAPPENED, now);
  return "decided";
}

/** The types of events that may prove something: those of vendors that give our mark back. */
const PROVING = new Set(
  catalog.vendors.filter(({ actions }) => actions.some(({ echoed }) => echoed)).flatMap(({ webhook }) => webhook?.events ?? []),
);

/** Hands proofs to the ledger. */
export const ledgerConsumer = (contractor: (id: string) => Pick<ContractorRpc, "prove">): Consumer => ({
  name: "ledger",
  wants: (type) => PROVING.has(type),
  async take({ contractor: id, vendor, event: { proves } }) {
    if (proves) await contractor(id).prove({ vendor, proof: proves, now: Date.now() });
  },
});

function close(desk: Desk, effect: Effect, outcome: Outcome<unknown>, now: number): void {
  const { call, actor, tool, vendor, connection, sentAt } = effect;
  const state = outcome.ok ? "confirmed" : "failed";
  saveEffect(desk, { ...effect, state, input: null, result: JSON.stringify(outcome) });
  saveAudit(desk, {
    ...{ id: call, contractor: desk.contractor ?? "", actor, tool, vendor, connection, state },
    ...{ kind: outcome.ok ? null : outcome.error.kind, said: null, attempts: 1, startedAt: sentAt, settledAt: now },
  });
  finish(desk, effect.key);
}
