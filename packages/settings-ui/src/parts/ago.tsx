import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { ago, exact } from "../time.ts";

const TICK_MS = 10_000;
let now = Date.now();
const readers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of readers) each();
  }, TICK_MS);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, to about ten seconds: one clock for all that shows how long ago something was. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** How long ago, with the exact time for whoever points at it. */
export function Ago({ at }: { readonly at: number }) {
  const words = ago(at, Math.max(useNow(), now));
  return (
    <Tooltip label={exact(at)} withinPortal>
      <time dateTime={new Date(at).toISOString()}>{words}</time>
    </Tooltip>
  );
}
