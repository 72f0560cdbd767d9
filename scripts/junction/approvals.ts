/** `approvals`, `approve`, `reject`, `approvals ask`, `approvals no-ask`. */
import * as z from "zod";
import { type Cli, type Command, show, toolOf } from "./command.ts";
import { type Read, UsageError } from "./flags.ts";
import { details, pairs, table, time } from "./print.ts";

const Approvals = z.object({
  approvals: z.array(
    z.object({
      id: z.string(),
      tool: z.string(),
      actor: z.string(),
      input: z.unknown(),
      state: z.enum(["pending", "approved", "rejected"]),
      asked_at: z.number(),
      decided_at: z.number().nullable(),
      decided_by: z.string().nullable(),
    }),
  ),
  unasked: z.array(z.string()),
});
const Decided = z.object({ outcome: z.object({ ok: z.boolean(), call: z.string(), message: z.string() }).nullable() });

const decide = (cli: Cli, read: Read, approve: boolean) =>
  cli.gateway.ask("POST", `/api/approvals/${encodeURIComponent(read.words[0] ?? "")}`, { approve });

/** Has agents ask before they call a tool, or not. */
async function setAsking(cli: Cli, read: Read, unasked: boolean): Promise<number> {
  const catalog = await cli.gateway.catalog();
  const tool = toolOf(catalog, read.words[0] ?? "");
  if (!tool.approval) {
    const asking = catalog.tools.filter(({ approval }) => approval).map(({ id }) => id);
    throw new UsageError(`${tool.id} needs no approval. Tools that do: ${asking.join(", ") || "none"}.`);
  }
  const platform = read.words[1];
  const { body } = await cli.gateway.ask("PUT", `/api/approvals/unasked/${tool.id}`, {
    unasked,
    ...(platform !== undefined && { platform }),
  });
  const what = platform === undefined ? tool.id : `${tool.id} on ${platform}`;
  show(cli, read, body, () => cli.io.say(unasked ? `Agents may use ${what} without asking.` : `Agents ask before they use ${what}.`));
  return 0;
}

export const approvals: readonly Command[] = [
  {
    name: "approvals",
    takes: "[--decided]",
    about: "what agents want to do and may not do before you approve, with every word of it",
    flags: [{ name: "decided", kind: "switch", about: "those you approved or rejected, too" }],
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/approvals");
      show(cli, read, body, () => {
        const { approvals, unasked } = Approvals.parse(body);
        const waiting = approvals.filter(({ state }) => state === "pending");
        for (const { id, tool, actor, asked_at, input } of waiting) {
          pairs(cli.io, [
            ["approval", id],
            ["tool", tool],
            ["asked by", actor],
            ["asked", time(asked_at)],
          ]);
          cli.io.out("arguments\n");
          details(cli.io, input);
          cli.io.out("\n");
        }
        if (read.on("decided"))
          table(
            cli.io,
            ["STATE", "TOOL", "ASKED BY", "ASKED", "DECIDED", "BY", "APPROVAL"],
            approvals
              .filter(({ state }) => state !== "pending")
              .map((one) => [one.state, one.tool, one.actor, time(one.asked_at), time(one.decided_at), one.decided_by, one.id]),
          );
        cli.io.say(
          waiting.length === 0
            ? "Nothing waits for your approval."
            : "`junction approve <approval>` does it now; `junction reject <approval>` does not.",
        );
        if (unasked.length > 0) cli.io.say(`Agents do not ask for ${unasked.join(", ")}.`);
      });
      return 0;
    },
  },
  {
    name: "approvals ask",
    takes: "<tool> [platform]",
    about: "have agents ask before they use a tool whose calls need approval",
    words: [1, 2],
    run: (cli, read) => setAsking(cli, read, false),
  },
  {
    name: "approvals no-ask",
    takes: "<tool> [platform]",
    about: "let agents use a tool without asking",
    words: [1, 2],
    run: (cli, read) => setAsking(cli, read, true),
  },
  {
    name: "approve",
    takes: "<approval>",
    about: "approve a call that waits: it is made at once, as the agent's own",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await decide(cli, read, true);
      const { outcome } = Decided.parse(body);
      show(cli, read, body, () =>
        cli.io.say(
          outcome?.ok ? `Approved and done: ${outcome.call}` : `Approved, and not done. ${outcome?.message ?? ""}\nCall: ${outcome?.call}`,
        ),
      );
      return outcome?.ok ? 0 : 1;
    },
  },
  {
    name: "reject",
    takes: "<approval>",
    about: "reject a call that waits: it is not made, and the agent is told so when it asks",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await decide(cli, read, false);
      show(cli, read, body, () => cli.io.say("Rejected: it is not done."));
      return 0;
    },
  },
];
