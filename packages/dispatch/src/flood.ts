/** How many deliveries may come in: buckets that fill with time, kept in memory. One contractor's storm ends at its own buckets. */

export interface Rate {
  readonly perSecond: number;
  /** What may come at once. */
  readonly burst: number;
}
export interface Bucket {
  level: number;
  /** Epoch milliseconds up to which `level` was filled. */
  filledAt: number;
}

const MIB = 1024 * 1024;
/** Half of the contractor's, so that a flooded endpoint leaves room for the others. */
export const ENDPOINT_DELIVERIES: Rate = { perSecond: 200, burst: 2_000 };
export const ENDPOINT_BYTES: Rate = { perSecond: 4 * MIB, burst: 64 * MIB };
export const CONTRACTOR_DELIVERIES: Rate = { perSecond: 400, burst: 4_000 };
export const CONTRACTOR_BYTES: Rate = { perSecond: 8 * MIB, burst: 128 * MIB };

/** The deliveries and bytes of one endpoint, or of one contractor. */
export interface Flow {
  readonly deliveries: Bucket;
  readonly bytes: Bucket;
}
export const full = (deliveries: Rate, bytes: Rate, now: number): Flow => ({
  deliveries: { level: deliveries.burst, filledAt: now },
  bytes: { level: bytes.burst, filledAt: now },
});

interface Draw {
  readonly bucket: Bucket;
  readonly rate: Rate;
  readonly amount: number;
}

/** Draws from every bucket, or from none: 0, or the milliseconds until all have enough. */
export function draw(draws: readonly Draw[], now: number): number {
  let wait = 0;
  for (const { bucket, rate, amount } of draws) {
    const elapsed = Math.max(now - bucket.filledAt, 0);
    bucket.level = Math.min(rate.burst, bucket.level + (elapsed * rate.perSecond) / 1000);
    bucket.filledAt = Math.max(now, bucket.filledAt);
    if (bucket.level < amount) wait = Math.max(wait, Math.ceil(((amount - bucket.level) * 1000) / rate.perSecond));
  }
  if (wait === 0) for (const { bucket, amount } of draws) bucket.level -= amount;
  return wait;
}
