/** Mailboxes go on telling what comes into them: each is asked again every day, and would fall silent after a week. */
import { catalog } from "@junction/catalog";
import { accountsOfPart } from "@junction/db";
import { dispatch } from "@junction/dispatch";
import { type Env, meshOf } from "./env.ts";

const TOOL = "crm/watch_mailbox";
const MINUTE_MS = 60_000;
/** Each contractor's has a minute of the day, so that no minute has them all. */
const MINUTES = 24 * 60;

export async function watchMailboxes(env: Env, ctx: Pick<ExecutionContext, "waitUntil">, now: number): Promise<void> {
  const part = { part: Math.floor(now / MINUTE_MS) % MINUTES, of: MINUTES };
  for (const { id: vendor } of catalog.vendors.filter(({ actions }) => actions.some(({ tool }) => tool === TOOL))) {
    const theirs = await accountsOfPart(env.DB, vendor, part);
    // One that cannot be asked today is asked tomorrow: its connection's light tells of what is wrong.
    await Promise.all(
      theirs.map(({ contractor }) => dispatch(meshOf(env, ctx), { contractor, actor: { kind: "mailbox" }, tool: TOOL, vendor, input: {} })),
    );
  }
}
