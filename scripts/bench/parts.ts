/** The parts of a call, each asked for by itself: the cost of one is its time over the empty Worker's. */
import type { Arena } from "./arena.ts";
import type { Asked } from "./rounds.ts";

const PARTS = {
  rpc: "one RPC to a Worker beside",
  object: "one request to a Durable Object",
  "object-write": "one request to a Durable Object that writes a row",
  post: "one POST to the stand-in",
  kv: "one KV get",
  "kv-open": "one KV get, and the envelope opened",
  digest: "one SHA-256",
} as const;

export function parts({ empty, floor, parts }: Arena["url"]): Omit<Asked, "arena">[] {
  const plain = { headers: {}, leaves: false, method: "GET", body: "" } as const;
  return [
    { id: "empty", title: "an empty Worker", url: empty, expect: ["ok"], ...plain },
    ...Object.entries(PARTS).map(([id, title]) => ({ id, title, url: `${parts}/${id}`, expect: ["done"], ...plain })),
    {
      ...{ ...plain, id: "floor", title: "the floor", url: floor, method: "POST" as const },
      ...{ body: JSON.stringify({ to: "+12025550123", body: "x" }), expect: ["SM0"] },
    },
  ];
}
