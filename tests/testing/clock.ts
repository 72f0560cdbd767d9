/** Time that passes only when everything else has come to rest, so that a schedule of hours runs in milliseconds and always the same way. */

/** Cryptography runs on threads of its own: while any is under way, nothing is at rest. */
let busy = 0;
const METHODS = ["encrypt", "decrypt", "sign", "digest", "importKey", "wrapKey", "unwrapKey", "deriveKey", "generateKey"];
for (const name of METHODS) {
  const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const real = subtle[name];
  if (real === undefined) throw new Error(`crypto.subtle has no ${name}`);
  subtle[name] = async function counted(...args: unknown[]) {
    busy++;
    try {
      return await real.apply(this, args);
    } finally {
      busy--;
    }
  };
}

/** A process. What runs in one that has died never goes on. */
export interface Life {
  dead: boolean;
}

export class Clock {
  now = 1_800_000_000_000;
  #events: { readonly at: number; readonly wake: () => void }[] = [];

  at(when: number, wake: () => void): void {
    const later = this.#events.findIndex(({ at }) => at > when);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, { at: when, wake });
  }
  /** Sleeps in a process; in one that dies meanwhile, forever. */
  sleep(life: Life, ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (!life.dead) this.at(this.now + Math.max(ms, 0), () => life.dead || resolve());
    });
  }
  /** Lets this much time pass. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await rest();
    for (let next = this.#events[0]; next && next.at <= until; next = this.#events[0]) {
      this.#events.shift();
      this.now = Math.max(this.now, next.at);
      next.wake();
      await rest();
    }
    this.now = until;
  }
}

/** Returns when nothing but sleepers is left. */
async function rest(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (busy > 0);
}
