/** Interleaved rounds: A B C A B C …, so that whatever else the machine does falls on all alike. */
import type { Arena } from "./arena.ts";
import type { Contender } from "./contenders.ts";
import type { Generator } from "./generator.ts";
import { cpuMs } from "./runtime.ts";

export const CONNECTIONS = 8;

export interface Pace {
  readonly rounds: number;
  readonly ms: number;
}
export interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** The runtime's CPU for one answer, µs. */
  readonly cpuUs: number;
  /** The share of a core the generator needed. */
  readonly generator: number;
}
export interface Measured extends Round {
  readonly id: string;
  readonly title: string;
  /** Median over the rounds of the ratio to the base of the same round. */
  readonly ofFloor: number;
  readonly ofEmpty: number;
}

export interface Asked extends Pick<Contender, "id" | "title" | "url" | "method" | "headers" | "body" | "expect" | "leaves"> {
  readonly arena: Pick<Arena, "drain" | "pid">;
}

export async function measure(
  asked: readonly Asked[],
  { generator, pace }: { readonly generator: Generator; readonly pace: Pace },
): Promise<Measured[]> {
  const rounds = new Map<string, Round[]>(asked.map(({ id }) => [id, []]));
  const once = async (one: Asked, ms: number): Promise<Round> => {
    const cpu = cpuMs(one.arena.pid);
    const loaded = await generator.load({ ...one, connections: CONNECTIONS, ms, most: Number.MAX_SAFE_INTEGER });
    const rest = performance.now();
    // What a call leaves to be written after its answer is its own cost, and must not fall on whoever is next.
    if (one.leaves) await one.arena.drain();
    const took = loaded.ms + (performance.now() - rest);
    return {
      perSecond: (loaded.answers / took) * 1000,
      p50: loaded.p50,
      p99: loaded.p99,
      cpuUs: ((cpuMs(one.arena.pid) - cpu) * 1000) / loaded.answers,
      generator: loaded.cpuMs / loaded.ms,
    };
  };
  for (const one of asked) await once(one, Math.max(pace.ms, 500)); // the first answers compile code
  for (let round = 0; round < pace.rounds; round++) {
    // Every other round backwards: nobody always follows the same one.
    for (const one of round % 2 === 0 ? asked : asked.toReversed()) rounds.get(one.id)?.push(await once(one, pace.ms));
  }
  const of = (id: string) => rounds.get(id) ?? [];
  return asked.map(({ id, title }) => {
    const own = of(id);
    const ratio = (base: string) => median(own.map(({ perSecond }, round) => perSecond / (of(base)[round]?.perSecond ?? Number.NaN)));
    const middle = (field: keyof Round) => median(own.map((one) => one[field]));
    return {
      ...{ id, title, ofFloor: ratio("floor"), ofEmpty: ratio("empty") },
      ...{ perSecond: middle("perSecond"), p50: middle("p50"), p99: middle("p99"), cpuUs: middle("cpuUs"), generator: middle("generator") },
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
