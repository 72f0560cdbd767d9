/** Which names mean a machine of the public internet, before anyone has looked them up. */

/** Last labels that mean a machine or a network of one's own, whatever they resolve to. */
const OWN = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion", "test", "invalid"];

/** Whether it is a name, not an address, and could be one of the public internet. */
export function isPublicName(host: string): boolean {
  const labels = host.replace(/\.$/, "").toLowerCase().split(".");
  const last = labels.at(-1) ?? "";
  return (
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label)) &&
    !/^(\d+|0x.*)$/.test(last) &&
    !OWN.includes(last)
  );
}
