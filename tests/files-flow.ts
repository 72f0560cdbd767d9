/** A video on its way from an address through the mesh to YouTube, cut once, with the memory of our Workers looked at all the while. */
import { createHash } from "node:crypto";
import { generated, MEDIA, mediaFile } from "@junction/sandbox";
import { heapsOf } from "./heaps.ts";
import type { Mesh } from "./mesh.ts";

export interface Work {
  readonly status: string;
  readonly progress?: number;
  readonly reason?: string;
  readonly result: Readonly<Record<string, unknown>>;
}

export const sha256 = (name: string, bytes: number): string => {
  const hash = createHash("sha256");
  for (const chunk of generated(mediaFile(name, bytes))) hash.update(chunk);
  return hash.digest("hex");
};

/** Presses the contractor's yes on what waits for it. */
export async function approve(mesh: Mesh): Promise<void> {
  const { body } = await mesh.api("GET", "/approvals");
  const waiting = body.approvals.find(({ state }: { state: string }) => state === "pending");
  const decided = await mesh.api("POST", `/approvals/${waiting?.id}`, { approve: true });
  if (decided.body.outcome?.ok !== true) throw new Error(`not approved: ${JSON.stringify(decided.body)}`);
}

/** The work that a call of `crm/upload_video` began, once approved. */
export async function started(
  mesh: Mesh,
  key: string,
  input: Readonly<Record<string, unknown>>,
  name: string,
): Promise<{ readonly work_id: string }> {
  const call = { ...input, idempotency_key: name };
  const asked = await mesh.call(key, "crm_upload_video", call);
  if (!JSON.stringify(asked.body).includes("waits for the contractor's approval"))
    throw new Error(`it did not wait: ${JSON.stringify(asked.body)}`);
  await approve(mesh);
  return (await mesh.call(key, "crm_upload_video", call)).body.structuredContent;
}

/** What `crm/get_work` says of it, once it is over. */
export async function ended(
  mesh: Mesh,
  key: string,
  work_id: string,
  look: (progress: number) => Promise<void> = async () => {},
): Promise<Work> {
  for (;;) {
    const { structuredContent: work, ...rest } = (await mesh.call(key, "crm_get_work", { work_id })).body;
    if (!work) throw new Error(JSON.stringify(rest));
    if (work.status !== "working" && work.status !== "waiting") return work;
    await look(work.progress ?? 0);
  }
}

const PARTS = 8;

export interface Flow {
  readonly work: Work;
  /** What YouTube has got. */
  readonly arrived: string;
  readonly expected: string;
  /** Worker → by how much it held more, KiB, in the eighth of the way in which it held most than in that in which it held least. */
  readonly grew: Readonly<Record<string, number>>;
  /** Ranges of the requests that brought it. */
  readonly ranges: readonly string[];
}

export async function streamThrough(mesh: Mesh, key: string, name: string, bytes: number): Promise<Flow> {
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "youtube", operation: "take_upload", fault: "cut_upload", times: 1 });
  const heaps = await heapsOf(mesh);
  try {
    const { work_id } = await started(mesh, key, { video: `https://${MEDIA}/made/${bytes}/${name}`, title: name }, name);
    const work = await ended(mesh, key, work_id, (progress) => heaps.look(Math.min(PARTS - 1, Math.floor(progress * PARTS))));
    const inbox = await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=youtube");
    const { body } = await mesh.sandbox("GET", "/sandbox/api/requests?vendor=youtube");
    const puts = body.requests.filter(({ operation }: { operation: string }) => operation === "take_upload").slice(0, 3);
    return {
      ...{ work, arrived: JSON.stringify(inbox.body), expected: `${bytes} bytes, sha256 ${sha256(name, bytes)}` },
      grew: Object.fromEntries(
        Object.entries(heaps.least).map(([worker, parts]) => {
          const seen = parts.filter((kib) => kib !== undefined); // of a quick transfer not every part is seen
          return [worker, Math.max(...seen) - Math.min(...seen)];
        }),
      ),
      ranges: puts.map(({ headers }: { headers: Record<string, string> }) => headers["content-range"] ?? ""),
    };
  } finally {
    heaps.close();
  }
}
