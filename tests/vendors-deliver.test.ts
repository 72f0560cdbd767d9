/** Each vendor with a webhook delivers one message of each kind to the real mesh, and all that it says is done. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog } from "@junction/catalog";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressOf, send, signed } from "./deliveries.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const vendors = catalog.vendors.filter(({ webhook }) => webhook !== undefined);
const stateDir = mkdtempSync(join(tmpdir(), "junction-deliver-"));
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ stateDir, vendors: vendors.map(({ id }) => id) });
}, 180_000);
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

/** What we make where a vendor takes the secret from us. */
const MADE = "Zk3dQ9rTn4LxV8bYp2Wc7MhJs5Gf6AeUq1Ko";
/** Somebody is on the line: it is answered with what is to be done. */
const ASKS = "call.incoming";
interface Row {
  readonly state: string;
  readonly type: string;
  readonly reason: string | null;
}

test.each(vendors.map(({ id, webhook }) => [id, webhook] as const))(
  "%s: each kind is taken, answered and done",
  { timeout: 60_000 },
  async (vendor, webhook) => {
    await mesh.connect("demo", vendor);
    const app = webhook?.secret.from === "app";
    const url = app ? `${mesh.url}/hooks/${vendor}/app` : await addressOf(mesh, "demo", vendor);
    const { pushes } = (await import(`../workers/${vendor}/${vendor}.emulator.ts`)).default;
    const secret = webhook?.secret.from === "own" ? (pushes.secret ?? MADE) : undefined;
    if (secret !== undefined) {
      const set = await mesh.api("POST", `/connections/${vendor}/webhook-secret`, { action: "set", secret });
      expect(set.status, JSON.stringify(set.body)).toBe(200);
    }
    const kinds: string[] = Object.keys(pushes.kinds);
    for (const kind of kinds) {
      const [push] = await signed(mesh, { vendor, kind, url, entity: 3, ...(secret !== undefined && { secret }) });
      const answer = await send(push ?? expect.fail());
      expect(answer.status, `${kind}: ${answer.text}`).toBe(webhook?.acknowledgement?.status ?? 200);
      if (kind === ASKS) expect(answer.text).toMatch(/<Record .*transcribe/);
      else expect(answer.text).toBe(webhook?.acknowledgement?.body ?? "");
    }
    await vi.waitFor(
      async () => {
        const { events } = (await mesh.api("GET", `/events?vendor=${vendor}&limit=100`)).body as { events: Row[] };
        const open = events.filter(({ state }) => state !== "done").map(({ type, state, reason }) => `${type} ${state} ${reason}`);
        expect(open).toEqual([]);
        expect(new Set(events.map(({ type }) => type))).toEqual(new Set(webhook?.events)); // a call is missed, since nobody is set up to take it
      },
      { timeout: 30_000, interval: 200 },
    );
  },
);

test("meta-pages: who filled in a page's form is a lead, with what they answered", async () => {
  const { leads } = (await mesh.api("GET", "/leads?query=lead3@example.com")).body as { leads: readonly object[] };
  const answered = { what_needs_repair: "Water heater, Boiler" };
  expect(leads).toMatchObject([{ name: "Zoë Example", emails: ["lead3@example.com"], phones: ["+12025550003"], custom: answered }]);
});
