/** What is asked of a Worker that stands in a local runtime to be asked, and says what came of it: `{ value }`, or `{ failed }` with the words. */
import * as z from "zod";

const Told = z.object({ failed: z.string().optional(), value: z.unknown().optional() });

/** What it gives back; throws what failed. What is no JSON does not fit through. */
export async function askAt(door: URL, what: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(door, { method: "POST", headers, body: JSON.stringify(what) });
  if (!response.ok) throw new Error(`the local runtime answered ${response.status}`);
  const { failed, value } = Told.parse(await response.json());
  if (failed !== undefined) throw new Error(failed);
  return value;
}
