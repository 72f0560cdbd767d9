import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.dispose());

/** What a connection should be, in the simplest words. */
interface Expected {
  generation: number;
  token: string | null;
  rejected: boolean;
  lease: string | null;
}

const connection = fc.constantFrom("con_a", "con_b");
const vendor = fc.constantFrom("twilio", "stripe");
const step = fc.oneof(
  fc.record({ do: fc.constant("store" as const), connection, by: fc.constantFrom("gateway", "vendor") }),
  fc.record({ do: fc.constant("revoke" as const), connection }),
  fc.record({ do: fc.constant("open" as const), connection, vendor, behind: fc.integer({ min: -1, max: 2 }) }),
  fc.record({ do: fc.constant("lease" as const), connection, vendor, behind: fc.integer({ min: -1, max: 1 }) }),
  fc.record({ do: fc.constant("renew" as const), connection, vendor, old: fc.boolean() }),
  fc.record({ do: fc.constant("release" as const), connection, vendor, rejected: fc.boolean() }),
);
/** `con_a` is Twilio's, `con_b` Stripe's. */
const OWNER: Readonly<Record<string, string>> = { con_a: "twilio", con_b: "stripe" };

test("whatever is stored, revoked, opened, leased and renewed, in any order, the vault is as its model", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const contractor = `model-${++run}`;
      const model = new Map<string, Expected>();
      const pastLeases: string[] = ["lease_never"];
      let token = 0;
      for (const now of steps) {
        const ref = { contractor, connection: now.connection };
        const state = model.get(now.connection) ?? { generation: 0, token: null, rejected: false, lease: null };
        model.set(now.connection, state);
        const owner = OWNER[now.connection] ?? "";
        const asked = "behind" in now ? Math.max(1, state.generation - now.behind) : 0;
        const mine = "vendor" in now && now.vendor === owner && state.token !== null;
        switch (now.do) {
          case "store": {
            const fields = { token: `t${++token}` };
            const stored =
              now.by === "gateway"
                ? await rig.admin.store({ ...ref, vendor: owner, type: "oauth_token", fields, secrets: [] })
                : await rig.vendor(owner).store({ ...ref, fields, secrets: [] });
            Object.assign(state, { generation: state.generation + 1, token: fields.token, rejected: false, lease: null });
            expect(stored.generation).toBe(state.generation);
            break;
          }
          case "revoke":
            await rig.admin.revoke(ref);
            if (state.token !== null) Object.assign(state, { generation: state.generation + 1, token: null, rejected: false, lease: null });
            expect(await rig.admin.describe(ref)).toBeNull();
            break;
          case "open": {
            const opened = await rig.vendor(now.vendor).open({ ...ref, generation: asked, purpose: "call", call: "c" });
            if (!mine || asked > state.generation) expect(opened).toEqual({ ok: false, reason: "absent" });
            else expect(opened).toMatchObject({ ok: true, generation: state.generation, fields: { token: state.token } });
            break;
          }
          case "lease": {
            const lease = await rig.vendor(now.vendor).lease({ ...ref, generation: asked, call: "c" });
            if (!mine || asked > state.generation) expect(lease).toEqual({ state: "rejected" });
            else if (asked < state.generation) expect(lease).toMatchObject({ state: "newer", opened: { fields: { token: state.token } } });
            else if (state.rejected) expect(lease).toEqual({ state: "rejected" });
            else if (state.lease) expect(lease.state).toBe("held");
            else {
              expect(lease).toMatchObject({ state: "granted", generation: state.generation, fields: { token: state.token } });
              if (lease.state === "granted") state.lease = lease.lease;
              if (state.lease) pastLeases.push(state.lease);
            }
            break;
          }
          case "renew": {
            const lease = now.old || !state.lease ? (pastLeases.find((past) => past !== state.lease) ?? "lease_never") : state.lease;
            const fields = { token: `t${++token}` };
            const renewed = await rig.vendor(now.vendor).renew({ ...ref, lease, fields });
            if (mine && lease === state.lease) Object.assign(state, { generation: state.generation + 1, token: fields.token, lease: null });
            if (!mine) expect(renewed).toEqual({ ok: false, reason: "absent" });
            else expect(renewed).toMatchObject({ ok: true, generation: state.generation, fields: { token: state.token } });
            break;
          }
          case "release":
            await rig
              .vendor(now.vendor)
              .release({ ...ref, lease: state.lease ?? "lease_never", ending: now.rejected ? "rejected" : "unspent" });
            if (now.vendor === owner && state.lease) Object.assign(state, { lease: null, rejected: now.rejected });
            break;
        }
      }
    }),
    { seed: 20261121, numRuns: 10 },
  );
}, 120_000);
