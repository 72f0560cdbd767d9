/** What our Workers hold in memory, asked of the runtime's inspector. The process as a whole grows with every request, whatever the Worker: the local runtime's own doing. */
import * as z from "zod";
import type { Mesh } from "./mesh.ts";

const Usage = z.object({
  id: z.number(),
  result: z.object({ usedSize: z.number(), embedderHeapUsedSize: z.number(), backingStorageSize: z.number() }),
});
const Targets = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() }));

export interface Heaps {
  /** Worker → the least KiB it held in each part of the run that was looked at. */
  readonly least: Readonly<Record<string, readonly number[]>>;
  look(part: number): Promise<void>;
  close(): void;
}

/** The heaps of a mesh that was started `inspected`; of one that was not, none. */
export async function heapsOf({ stack }: Mesh): Promise<Heaps> {
  const least: Record<string, number[]> = {};
  const workers = await inspected(stack.mf);
  return {
    least,
    async look(part) {
      for (const { name, usage } of workers) {
        const parts = least[name] ?? [];
        parts[part] = Math.min(parts[part] ?? Number.POSITIVE_INFINITY, await usage());
        least[name] = parts;
      }
    },
    close: () => {
      for (const { socket } of workers) socket.close();
    },
  };
}

async function inspected(mf: Mesh["stack"]["mf"]) {
  const origin = await mf.getInspectorURL().catch((error) => {
    if (String(error).includes("inspector")) return null; // that is how it says that nobody asked for one
    throw error;
  });
  if (!origin) return [];
  const targets = Targets.parse(await (await fetch(`http://${origin.host}/json`)).json());
  const ours = targets.filter(({ id }) => /^core:user:junction-(?!sandbox|keeper)/.test(id));
  return Promise.all(
    ours.map(async ({ id, webSocketDebuggerUrl }) => ({ name: id.slice("core:user:".length), ...(await asked(webSocketDebuggerUrl)) })),
  );
}

async function asked(url: string) {
  const socket = new WebSocket(url);
  const answers = new Map<number, (kib: number) => void>();
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  socket.addEventListener("message", ({ data }) => {
    const read = Usage.safeParse(JSON.parse(String(data)));
    if (!read.success) return; // what it says unasked
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = read.data.result;
    answers.get(read.data.id)?.(Math.round((usedSize + embedderHeapUsedSize + backingStorageSize) / 1024));
    answers.delete(read.data.id);
  });
  let last = 0;
  const usage = () =>
    new Promise<number>((resolve) => {
      answers.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method: "Runtime.getHeapUsage", params: {} }));
    });
  return { socket, usage };
}
