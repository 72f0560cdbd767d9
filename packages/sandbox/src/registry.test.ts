import { expect, test } from "vitest";
import { defineEmulator } from "./emulator.ts";
import { makeRegistry } from "./registry.ts";
import { json } from "./reply.ts";

const HOSTS = ["api.example.com", "login.example.com"] as const;
const played = (vendor: string) =>
  defineEmulator({
    vendor,
    hosts: HOSTS,
    credentials: { valid: { access_token: `${vendor}-access-token` }, wrong: {}, platform: { client_id: `${vendor}-client-id` } },
    secrets: ["access_token"],
    operations: [
      { name: "own", method: "GET", path: `/${vendor}/things`, run: () => json(200, {}) },
      { name: "token", method: "POST", host: "login.example.com", path: "/token", run: () => json(200, {}) },
    ],
    fault: () => json(500, {}),
  });
const registry = makeRegistry([played("calendar"), played("mail")]);
const find = (said: string, vendor?: string) => registry.find("login.example.com", "POST", "/token", { said, vendor })?.vendor;

test("vendors that share an authorization server are told apart by who asks, or by whose app or token is named", () => {
  expect(registry.find("api.example.com", "GET", "/mail/things")?.vendor).toBe("mail");
  expect(find("", "mail")).toBe("mail");
  expect(find("client_id=mail-client-id&code=1")).toBe("mail");
  expect(find("Bearer mail-access-token")).toBe("mail");
  expect(find("client_id=nobody")).toBe("calendar");
  expect(find("client_id=mail-client-id", "calendar")).toBe("calendar");
  expect(registry.find("api.elsewhere.com", "GET", "/")).toBeUndefined();
});
