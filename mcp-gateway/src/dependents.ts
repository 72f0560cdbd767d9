/** What would stop if an integration were disconnected. */
import { listActiveWorkflows } from "@junction/db";
import { breaksWithout, Definition } from "@junction/workflow";

/** Active workflows that could not go on if the vendor were not connected. */
export async function dependentOn(db: D1Database, contractor: string, vendor: string, connected: readonly string[]) {
  const active = await listActiveWorkflows(db, contractor);
  return active.flatMap(({ id, definition: text }) => {
    const definition = Definition.parse(JSON.parse(text));
    return breaksWithout(definition, vendor, connected) ? [{ id, name: definition.name }] : [];
  });
}
