/** Waiting for what a vendor makes ready by itself. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Asks until there is an answer, less and less often, for as long as the call may take: a tool whose vendors may need longer than its
 * caller waits is `background`. The request that comes after that time fails as one that was never sent, so what is waited for must come
 * before the effect.
 */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    const answer = await ask();
    if (answer !== null) return answer;
    await scheduler.wait(wait);
  }
}
