import { expect, test } from "vitest";
import { VendorFailure } from "./failure.ts";
import { HOST_PATTERN, hostsFor, linkTo, ownsHost } from "./hosts.ts";

const HOSTS = ["caldav.icloud.com", "p*-caldav.icloud.com", "*.docusign.net"];

test("a family of hosts is those with something in the place of the star, and no other", () => {
  for (const host of ["caldav.icloud.com", "p1-caldav.icloud.com", "p142-caldav.icloud.com", "demo.docusign.net"])
    expect(ownsHost(HOSTS, host), host).toBe(true);
  for (const host of [
    "p-caldav.icloud.com",
    "p1-caldav.icloud.com.evil.example",
    "p1.evil-caldav.icloud.com",
    "evil.example/p1-caldav.icloud.com",
    "xp1-caldav.icloud.com",
    "p1-caldav.icloud.com:8443",
    "P1-CALDAV.ICLOUD.COM",
    "docusign.net",
    ".docusign.net",
    "a.b.docusign.net",
    "evildocusign.net",
    "*.docusign.net.",
  ])
    expect(ownsHost(HOSTS, host), host).toBe(false);
});

test("a pattern has one star, in its first label, with a domain after it", () => {
  for (const host of [...HOSTS, "api.example.com"]) expect(host).toMatch(HOST_PATTERN);
  for (const host of ["*", "*.com", "*.*.example.com", "a.*.example.com", "*", "**.example.com", "https://a.example", "a.example:1", "a"])
    expect(host).not.toMatch(HOST_PATTERN);
});

test("an address a vendor gives is taken if it is the vendor's, without a login, a port or plain HTTP", () => {
  const base = new URL("https://caldav.icloud.com/");
  expect(linkTo(HOSTS, "/1/principal/", base)).toEqual({ host: "caldav.icloud.com", path: "/1/principal/" });
  expect(linkTo(HOSTS, "https://p42-caldav.icloud.com:443/1/calendars/")).toEqual({ host: "p42-caldav.icloud.com", path: "/1/calendars/" });
  expect(linkTo(HOSTS, "/1/../2/%2e%2e/3", base).path).toBe("/3");
  expect(linkTo(HOSTS, "/file?Expires=1&Signature=a%2Bb", base).query).toEqual({ Expires: "1", Signature: "a+b" });
  for (const href of [
    "https://elsewhere.example/1/",
    "//elsewhere.example/1/",
    "http://caldav.icloud.com/1/",
    "https://caldav.icloud.com@elsewhere.example/",
    "https://owner:secret@caldav.icloud.com/",
    "https://caldav.icloud.com:8443/",
    "https://[",
    "javascript:alert(1)",
  ])
    expect(() => linkTo(HOSTS, href, base), href).toThrow(VendorFailure);
  expect(() => linkTo(HOSTS, "/relative")).toThrow(VendorFailure);
});

test("a contractor's own address counts if it is of the public internet, and no request goes anywhere else", () => {
  const hosts = ["{site_url}"];
  expect(hostsFor(hosts, { site_url: "https://WWW.Sandbox-plumbing.example/blog/" })).toEqual(["www.sandbox-plumbing.example"]);
  for (const site_url of [
    undefined,
    "",
    "not an address",
    "http://example.com",
    "https://example.com:8443",
    "https://ann:secret@example.com",
    "https://localhost",
    "https://router.lan",
    "https://127.0.0.1",
    "https://0x7f.1",
    "https://2130706433",
    "https://[::1]",
    "https://169.254.169.254/latest/meta-data",
  ]) {
    const resolved = hostsFor(hosts, { site_url });
    expect(resolved, site_url).toEqual(hosts);
    expect(() => linkTo(resolved, site_url ?? ""), site_url).toThrow(VendorFailure);
  }
});
