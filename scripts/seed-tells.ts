/** Lets emulated vendors tell the demo contractor of what happens by themselves: a workflow's AI call ends as a real one does. */
import * as z from "zod";
import type { Ask } from "./seed-work.ts";

const TELLING = ["vapi", "whatsapp"];
/** Of the emulated Vapi alone: a person at the real one has a secret made, and hands it over. */
const SECRET = "the-sandbox-and-the-demo-contractor-know-this";
const Held = z.object({
  webhook: z.object({ url: z.string().nullable(), secret: z.enum(["own", "credential", "app"]), secret_set: z.boolean() }).nullable(),
});

/** At every start, since the address changes with the port. A secret that somebody has set since stays, and is theirs to hand over. */
export async function haveVendorsTell(url: string, ask: Ask): Promise<void> {
  for (const vendor of TELLING) {
    const { webhook } = await ask(Held, `/connections/${vendor}`);
    if (!webhook?.url) continue;
    const own = webhook.secret === "own";
    if (own && !webhook.secret_set) await ask(z.unknown(), `/connections/${vendor}/webhook-secret`, { action: "set", secret: SECRET });
    const reply = await fetch(`${url}/sandbox/api/addresses`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ vendor, url: webhook.url, ...(own && { secret: SECRET }) }),
    });
    if (!reply.ok) throw new Error(`the sandbox took no address for ${vendor}: ${(await reply.text()).slice(0, 300)}`);
  }
}
