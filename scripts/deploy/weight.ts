/** What a vendor's Worker may weigh: it is fetched and read anew wherever it starts. */

/** Of the compressed bundle, in units of 1,000 bytes. */
const MOST_KB = 60;

/** Why a vendor's Worker of this size must not be deployed, if so. */
export function overweight(bytes: number): string | undefined {
  const kb = Math.ceil(bytes / 100) / 10;
  // Not a number, should wrangler come to print sizes otherwise: nothing passes by that.
  return kb <= MOST_KB ? undefined : `weighs ${kb} kB compressed, over the ${MOST_KB} kB it may`;
}
