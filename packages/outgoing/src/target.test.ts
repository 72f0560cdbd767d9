/** The attacks: a contractor, or whoever holds their session, has us send requests into networks that only we can reach. */
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "./addresses.ts";
import { type TargetRules, wrongWith } from "./target.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "crm.example.com": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
  "inside.example.com": ["10.0.0.7"],
  "half.example.com": ["93.184.215.14", "127.0.0.1"],
  "six.example.com": ["fd00::1"],
  "mapped.example.com": ["::ffff:169.254.169.254"],
  "junction.example.com": ["93.184.215.14"],
  "strange.example.com": ["not an address"],
  "empty.example.com": [],
};
const rules: TargetRules = {
  plain: false,
  ownHost: "junction.example.com",
  resolve: async (name) => {
    const found = NAMES[name];
    if (!found) throw new Error(`${name} was asked for`);
    return found;
  },
};
const wrong = (url: string, more: Partial<TargetRules> = {}) => wrongWith(url, { ...rules, ...more });

test.each([
  "https://crm.example.com/hooks?a=1",
  "https://crm.example.com:8443/",
  "https://CRM.example.com./x",
  "https://93.184.215.14/",
  "https://[2606:4700:4700::1111]/",
])("%s may be a target", async (url) => {
  expect(await wrong(url)).toBeNull();
});

describe("an address that is not the public internet's is refused, however it is written", () => {
  test.each([
    ["loopback", "https://127.0.0.1/"],
    ["loopback, another", "https://127.8.9.10/"],
    ["loopback as one number", "https://2130706433/"],
    ["loopback in hexadecimal", "https://0x7f000001/"],
    ["loopback in octal", "https://0177.0.0.1/"],
    ["loopback, mixed", "https://0x7f.1/"],
    ["loopback, short", "https://127.1/"],
    ["loopback with a dot at its end", "https://127.0.0.1./"],
    ["loopback in wide digits", "https://１２７.０.０.１/"],
    ["loopback with encoded dots", "https://127%2e0%2e0%2e1/"],
    ["this host", "https://0.0.0.0/"],
    ["this host, short", "https://0/"],
    ["private 10", "https://10.1.2.3/"],
    ["private 172", "https://172.31.255.255/"],
    ["private 192", "https://192.168.1.1:443/"],
    ["carriers'", "https://100.64.0.1/"],
    ["Alibaba's metadata", "https://100.100.100.200/"],
    ["the clouds' metadata", "https://169.254.169.254/latest/meta-data/"],
    ["the clouds' metadata as one number", "https://2852039166/"],
    ["Azure's host", "https://168.63.129.16/"],
    ["Oracle's metadata", "https://192.0.0.192/"],
    ["benchmarking", "https://198.19.0.1/"],
    ["documentation", "https://203.0.113.1/"],
    ["multicast", "https://224.0.0.1/"],
    ["broadcast", "https://255.255.255.255/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv6 loopback in full", "https://[0:0:0:0:0:0:0:1]/"],
    ["IPv6 unspecified", "https://[::]/"],
    ["IPv6 link-local", "https://[fe80::1]/"],
    ["IPv6 unique local", "https://[fd12:3456::1]/"],
    ["AWS's metadata over IPv6", "https://[fd00:ec2::254]/"],
    ["IPv4-mapped", "https://[::ffff:127.0.0.1]/"],
    ["IPv4-mapped in hexadecimal", "https://[::ffff:7f00:1]/"],
    ["IPv4-mapped, public", "https://[::ffff:8.8.8.8]/"],
    ["IPv4-compatible", "https://[::127.0.0.1]/"],
    ["NAT64", "https://[64:ff9b::10.0.0.1]/"],
    ["6to4", "https://[2002:7f00:1::]/"],
    ["Teredo", "https://[2001:0:4136:e378::1]/"],
    ["IPv6 documentation", "https://[2001:db8::1]/"],
    ["IPv6 documentation, newer", "https://[3fff:fff::1]/"],
    ["IPv6 multicast", "https://[ff02::1]/"],
  ])("%s", async (_, url) => {
    expect(await wrong(url)).toContain("must not lead to");
  });
});

test.each([
  "https://localhost/",
  "https://a.localhost./",
  "https://printer.local/",
  "https://metadata.google.internal/",
  "https://intranet/",
  "https://1.0.0.127.in-addr.arpa/",
])("%s is a name of one's own network, and is not even looked up", async (url) => {
  expect(await wrong(url)).toBe("must be a host of the public internet");
});

test.each(["inside", "half", "six", "mapped", "strange"])(
  "a name that leads anywhere private is refused, with one good address or not: %s",
  async (name) => {
    expect(await wrong(`https://${name}.example.com/`)).toContain("must not lead to");
  },
);

test.each([
  ["no address at all", "crm.example.com", "must be an address"],
  ["an address too long", `https://crm.example.com/${"a".repeat(2_000)}`, "must be an address"],
  ["an address that cannot be", "https://256.1.1.1/", "must be an address"],
  ["plain http", "http://crm.example.com/", "must begin with https://"],
  ["a file", "file:///etc/passwd", "must begin with https://"],
  ["a script", "javascript:alert(1)", "must begin with https://"],
  ["a password", "https://user:pw@crm.example.com/", "user name or password"],
  ["a private host behind a user name", "https://crm.example.com@127.0.0.1/", "user name or password"],
  ["a fragment", "https://crm.example.com/#x", "#fragment"],
  ["our own host", "https://junction.example.com/hooks/x", "Junction itself"],
  ["a name that has no address", "https://empty.example.com/", "has no address"],
])("%s is refused", async (_, url, words) => {
  expect(await wrong(url)).toContain(words);
});

test("http is for development alone, and private addresses are not even then", async () => {
  expect(await wrong("http://crm.example.com/", { plain: true })).toBeNull();
  expect(await wrong("http://127.0.0.1/", { plain: true })).toContain("must not lead to");
  expect(await wrong("ftp://crm.example.com/", { plain: true })).toContain("must begin with https://");
});

test("a name that cannot be looked up is no answer at all", async () => {
  await expect(wrong("https://unknown.example.com/")).rejects.toThrow("was asked for");
});

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "172.32.0.1",
  "172.15.0.1",
  "100.128.0.1",
  "11.0.0.0",
  "9.255.255.255",
  "2606:4700::1111",
  "2a00:1450::",
  "3ffe::1",
  "2001:200::1",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
test.each(["", "8.8.8", "8.8.8.8.8", "08.8.8.8.", "1e3", "8.8.8.256", ":", "1:2", "fe80::1%eth0", "[::1", "crm.example.com"])(
  "%j is no address",
  (text) => {
    expect(isPublicAddress(text)).toBe(false);
  },
);
