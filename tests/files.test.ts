/** Files by reference, end to end: put in, linked, fetched, refused, and streamed through to a vendor; and work that goes on in the background. */
import { createHash } from "node:crypto";
import { generated, MEDIA, mediaFile } from "@junction/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, sha256, started, streamThrough } from "./files-flow.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["youtube"], inspected: true, vars: { "junction-gateway": { RUN_BACKOFF_MS: "50,50,50" } } });
  await mesh.connect("demo", "youtube");
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

const SIZE = 24_000_000;
async function put(name: string, bytes: number, as = "demo", type = "video/mp4") {
  const body = Buffer.concat([...generated(mediaFile(name, bytes))]);
  const headers = { authorization: `Bearer ${await mesh.token(as)}`, "content-type": type };
  const response = await fetch(`${mesh.url}/api/files?name=${encodeURIComponent(name)}`, { method: "POST", headers, body });
  return { status: response.status, body: (await response.json()) as { file_id: string; url: string; type: string } };
}
const videos = async (): Promise<string> => JSON.stringify((await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=youtube")).body);

test("a file that was put in is had by its link alone, whole or in part, and can do nothing to who opens it", async () => {
  const put_ = await put("before & after.mp4", 300_000);
  expect(put_).toMatchObject({ status: 201, body: { name: "before & after.mp4", type: "video/mp4", size_bytes: 300_000 } });
  const { url, file_id } = put_.body;
  const whole = await fetch(url);
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    ...{ "content-length": "300000", "content-type": "video/mp4", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" },
    "content-disposition": "inline; filename*=UTF-8''before%20%26%20after.mp4",
  });
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256("before & after.mp4", 300_000));
  const part = await fetch(url, { headers: { range: "bytes=299990-" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 299990-299999/300000"]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(299_990));
  expect((await fetch(url, { headers: { range: "bytes=300000-" } })).status).toBe(416);
  expect((await fetch(`${url.slice(0, -1)}${url.endsWith("A") ? "B" : "A"}`)).status).toBe(404);
  expect((await mesh.api("GET", `/files/${file_id}`, undefined, { contractor: "other" })).status).toBe(404);
  expect((await mesh.api("DELETE", `/files/${file_id}`)).status).toBe(204);
  expect((await fetch(url)).status).toBe(404);
  // A page is no picture, whatever it is called, and is never shown in place.
  const page = await put("page.html", 2_000, "demo", "image/jpeg");
  expect(page.body.type).toBe("application/octet-stream");
  expect((await fetch(page.body.url)).headers.get("content-disposition")).toMatch(/^attachment/);
});

test("a video goes from the bucket to the vendor in the background, and a repeat finds the same work", async () => {
  const { body } = await put("job.mp4", SIZE);
  const input = { video: body.file_id, title: "Water heater, old to new" };
  const work = await started(mesh, key, input, "job-1");
  expect(work).toMatchObject({ work_id: expect.stringMatching(/^work_/) });
  const done = await ended(mesh, key, work.work_id);
  expect(done).toMatchObject({ tool: "crm/upload_video", status: "completed", result: { platform: "youtube", url: expect.any(String) } });
  expect(await videos()).toContain(`${SIZE} bytes, sha256 ${sha256("job.mp4", SIZE)}`);
  expect((await mesh.call(key, "crm_upload_video", { ...input, idempotency_key: "job-1" })).body.structuredContent.work_id).toBe(
    work.work_id,
  );
  expect((await mesh.call(key, "crm_get_video_status", { video_id: done.result.video_id })).body.structuredContent).toMatchObject({
    video_id: done.result.video_id,
  });
  expect((await mesh.api("GET", "/runs")).body.runs).toEqual([]);
  expect((await mesh.api("GET", "/runs?workflow=work")).body.runs).toMatchObject([{ id: work.work_id, name: "Publish a video" }]);
  expect((await mesh.call((await mesh.key("other")).key, "crm_get_work", { work_id: work.work_id })).body.isError).toBe(true);
});

test("an upload that is cut goes on where it was cut, and no Worker of ours holds more of the video than a few chunks", async () => {
  const { work, arrived, expected, grew, ranges } = await streamThrough(mesh, key, "cut.mp4", SIZE);
  expect(work).toMatchObject({ status: "completed" });
  expect(arrived).toContain(expected);
  expect(ranges).toEqual([`bytes ${SIZE / 2}-${SIZE - 1}/${SIZE}`, `bytes */${SIZE}`, `bytes 0-${SIZE - 1}/${SIZE}`]);
  expect(Object.keys(grew)).toContain("junction-youtube");
  for (const [worker, kib] of Object.entries(grew)) expect(kib, worker).toBeLessThan(16 * 1024);
});

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } },
};
/** What a client asks that knows tasks. */
const ask = async (method: string, params: Readonly<Record<string, unknown>>, name: string) => {
  const response = await fetch(`${mesh.url}/mcp`, {
    method: "POST",
    headers: {
      ...{ authorization: `Bearer ${key}`, "content-type": "application/json", accept: "application/json, text/event-stream" },
      ...{ "mcp-protocol-version": "2026-07-28", "mcp-method": method, "mcp-name": name },
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: META } }),
  });
  return ((await response.json()) as { result: Record<string, unknown> }).result;
};

test("a client that knows tasks gets one for such a tool, and the contractor's own systems are told of its end", async () => {
  const subscribed = await mesh.api("POST", "/subscriptions", {
    url: "https://hooks.example/take/work",
    types: ["work.finished", "work.failed"],
  });
  expect(subscribed.status).toBe(201);
  await mesh.api("PUT", "/approvals/unasked/crm/upload_video", { unasked: true, platform: "youtube" });
  const input = { video: `https://${MEDIA}/task.mp4`, title: "Task", platform: "youtube" };
  const begun = await ask("tools/call", { name: "crm_upload_video", arguments: input }, "crm_upload_video");
  expect(begun).toMatchObject({ resultType: "task", taskId: expect.stringMatching(/^work_/) });
  const taskId = String(begun["taskId"]);
  await ended(mesh, key, taskId);
  expect(await ask("tasks/get", { taskId }, taskId)).toMatchObject({
    status: "completed",
    result: { structuredContent: { work_id: taskId, status: "completed", result: { platform: "youtube" } } },
  });
  const taken = async () => JSON.stringify((await mesh.sandbox("GET", "/sandbox/hooks.example/taken")).body);
  await expect.poll(taken).toContain(taskId);
  expect(await taken()).toContain("work.finished");
});

test("work that is cancelled is not tried again, and says what was done of it by then", async () => {
  const begin = async (title: string) => {
    const input = { video: `https://${MEDIA}/${title}.mp4`, title, platform: "youtube" };
    return String((await ask("tools/call", { name: "crm_upload_video", arguments: input }, "crm_upload_video"))["taskId"]);
  };
  const look = (taskId: string) => ask("tasks/get", { taskId }, taskId);
  const fault = (change: object) => mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "youtube", operation: "*", ...change });
  const asked = async () => JSON.stringify((await mesh.sandbox("GET", "/sandbox/api/counts?vendor=youtube")).body);

  await fault({ fault: "401" });
  const tried = await begin("tried");
  await expect.poll(async () => (await mesh.api("GET", `/runs/${tried}`)).body.state).toBe("paused");
  expect(await ask("tasks/cancel", { taskId: tried }, tried)).toMatchObject({ resultType: "complete" });
  const stopped = { status: "cancelled", statusMessage: "Cancelled by an agent. What had reached the integration by then stays there" };
  expect(await look(tried)).toMatchObject(stopped);

  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await mesh.connect("demo", "youtube");
  await fault({ fault: "slow", ms: 400 });
  const before = await asked();
  const late = await begin("late");
  await expect.poll(asked).not.toBe(before);
  expect(await ask("tasks/cancel", { taskId: late }, late)).toMatchObject({ resultType: "complete" });
  expect(await look(late)).toMatchObject({ status: "cancelled", statusMessage: expect.stringContaining("while it was under way") });
  await expect
    .poll(() => look(late), { timeout: 20_000 })
    .toMatchObject({ status: "cancelled", statusMessage: "Cancelled by an agent, but it was done by then, and that stays as it is" });
  expect(await videos()).toContain("late");
  expect(await videos()).not.toContain("tried");
  const told = (await mesh.call(key, "crm_cancel_work", { work_id: late })).body.structuredContent;
  expect(told).toMatchObject({ status: "cancelled", result: { platform: "youtube" } });
  expect(await look(tried)).toMatchObject(stopped);
  expect((await mesh.call(key, "crm_cancel_workflow_run", { run_id: tried })).body.isError).toBe(true);
  expect((await mesh.call((await mesh.key("other")).key, "crm_cancel_work", { work_id: late })).body.isError).toBe(true);
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await mesh.api("PUT", "/approvals/unasked/crm/upload_video", { unasked: false, platform: "youtube" });
});

test("what does not fit is refused by its field before the vendor is asked: another's file, a wrong type, an address that is not public", async () => {
  const theirs = await put("theirs.mp4", 1_000, "other");
  const picture = await put("photo.jpeg", 1_000, "demo", "image/jpeg");
  const before = (await mesh.sandbox("GET", "/sandbox/api/counts?vendor=youtube")).body;
  const reason = async (video: string, name: string) =>
    (await ended(mesh, key, (await started(mesh, key, { video, title: "No" }, name)).work_id)).reason;
  const unknown = await reason(`file_${"0".repeat(25)}`, "no-0");
  expect(unknown).toContain("video: there is no such file");
  expect(await reason(theirs.body.file_id, "no-1")).toBe(unknown);
  expect(await reason(picture.body.file_id, "no-2")).toContain("video: is image/jpeg; video/mp4, video/quicktime, video/webm is allowed");
  expect(await reason("https://127.0.0.1/a.mp4", "no-3")).toContain("video: must not lead to a private");
  const inside = encodeURIComponent("https://169.254.169.254/latest/meta-data");
  expect(await reason(`https://${MEDIA}/redirect/302?to=${inside}`, "no-4")).toContain(
    "video: leads to an address that must not lead to a private",
  );
  expect(await reason(`https://${MEDIA}/made/4000000001/big.mp4`, "no-5")).toContain("video: is 4 GB; at most 4 GB is allowed");
  expect(await reason(`https://${MEDIA}/page.html`, "no-6")).toContain("video: is text/html");
  expect((await mesh.sandbox("GET", "/sandbox/api/counts?vendor=youtube")).body).toEqual(before);
});
