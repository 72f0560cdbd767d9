/** Which IP addresses belong to the public internet. What is not surely public is not. */

/** First address and prefix length of what no request of ours may reach, per IANA's special-purpose registry. */
const REFUSED_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10", // shared by carriers; Alibaba's metadata
  "127.0.0.0/8",
  "168.63.129.16/32", // Azure's host, public by its number alone
  "169.254.0.0/16", // link-local, and with it most clouds' metadata
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((text) => {
  const [first = "", length = ""] = text.split("/");
  return { first: v4(first) ?? 0, size: 2 ** (32 - Number(length)) };
});

/** Whether it is one number of the public internet: `203.0.113.9`, `2606:4700::1111`. Anything else is false. */
export function isPublicAddress(text: string): boolean {
  const number = v4(text);
  if (number !== null) return !REFUSED_V4.some(({ first, size }) => number >= first && number < first + size);
  const groups = v6(text);
  if (groups === null) return false;
  const [a = 0, b = 0] = groups;
  // Global unicast is 2000::/3; loopback, mapped IPv4, NAT64, unique local, link-local and multicast lie outside.
  if (a < 0x2000 || a > 0x3fff) return false;
  if (a === 0x2001 && b < 0x0200) return false; // protocol assignments: Teredo, which wraps an IPv4 address, among them
  if (a === 0x2001 && b === 0x0db8) return false; // documentation
  if (a === 0x2002) return false; // 6to4 wraps an IPv4 address
  return !(a === 0x3fff && b < 0x1000); // documentation
}

/** Whether the text is written as an address, not as a name: an IPv4 address in its one plain writing, or IPv6 with or without brackets. */
export const isAddress = (text: string): boolean => v4(text) !== null || v6(text) !== null;

function v4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The eight groups, read by the URL parser, which knows every writing of them. */
function v6(text: string): number[] | null {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare) || !URL.canParse(`http://[${bare}]/`)) return null;
  const [before = "", after] = new URL(`http://[${bare}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [groups(before), groups(after ?? "")];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
