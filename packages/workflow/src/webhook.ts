/** The step that tells a system of the contractor's own: handed to what sends webhooks, which delivers it, signed, and tries again. */
import { sendTo } from "@junction/outgoing";
import type { Came, Work } from "./came.ts";
import type { Step } from "./definition.ts";
import { note } from "./journal.ts";
import { render } from "./template.ts";
import { valuesAt } from "./values.ts";

export async function webhook(work: Work<Extract<Step, { type: "webhook" }>>): Promise<Came> {
  const { live, reach, ask, step, row } = work;
  const values = valuesAt(work);
  const data = Object.fromEntries(Object.entries(step.data).map(([name, text]) => [name, render(text, values)]));
  note(live, { ...row, attempts: row.attempts + 1 });
  const { contractor, lead } = ask;
  const id = `${ask.run}.${step.id}.${row.again}`;
  const known = Object.entries({ name: lead?.name, phone: lead?.phone, email: lead?.email }).filter(
    ([, value]) => typeof value === "string",
  );
  const sent = await sendTo(reach.outgoing, {
    ...{ contractor, subscription: step.subscription, id, type: "workflow.step", at: row.startedAt },
    data: { workflow: ask.workflow, workflow_name: ask.definition.name, run: ask.run, step: step.id, lead: lead?.id ?? null, values: data },
    person: lead && Object.fromEntries(known),
  });
  if (!sent) return { came: "failed", reason: "The webhook integration is gone, or is switched off. Choose another one in the step" };
  return { came: "done", output: { delivery_id: id } };
}
