/** The process is killed in the middle of an effect, and started again on what it left behind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { type Child, startChild } from "./child.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-crash-"));
let mesh: Child | undefined;
afterAll(async () => {
  await mesh?.kill();
  rmSync(stateDir, { recursive: true, force: true });
});

test("killed between the vendor's act and our note of it: the repeat finds the text, and it was sent exactly once", async () => {
  mesh = await startChild(stateDir);
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "create_message", fault: "slow", ms: 30_000 });
  const { key } = mesh;
  const args = { to: "+12025550151", body: "We start at nine", idempotency_key: "crash-1" };
  const cut = mesh.call(key, "crm_send_sms", args).then(
    () => "answered",
    () => "cut off",
  );
  const arrived = async () => {
    const inbox: object[] = (await mesh?.sandbox("GET", "/sandbox/api/inbox?vendor=twilio"))?.body.inbox;
    return inbox.filter((entry) => JSON.stringify(entry).includes("+12025550151")).length;
  };
  await vi.waitFor(async () => expect(await arrived()).toBe(1), { timeout: 10_000, interval: 50 });
  await mesh.kill();
  expect(await cut).toBe("cut off");

  mesh = await startChild(stateDir);
  expect(mesh.key).toBe(key); // state survives: the connections and the key are the ones from before
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=twilio&operation=create_message");
  const replies = await Promise.all([1, 2, 3].map(() => settled(mesh as Child, key, args)));
  expect(new Set(replies.map(({ message_id }) => message_id)).size).toBe(1);
  expect(await arrived()).toBe(1);
  expect((await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts.twilio.create_message).toBe(1);
}, 90_000);

/** Calls until it is known what came of it, as an agent does that is told to wait. */
async function settled(child: Child, key: string, args: object): Promise<{ message_id: string }> {
  return vi.waitFor(
    async () => {
      const { body } = await child.call(key, "crm_send_sms", args);
      expect(body.structuredContent).toBeDefined();
      return body.structuredContent;
    },
    { timeout: 60_000, interval: 500 },
  );
}
