/** The demo contractor: connected to every emulated vendor, with an agent key, leads and workflows, through the same API as anyone. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { haveVendorsTell } from "./seed-tells.ts";
import { type Ask, seedWork } from "./seed-work.ts";
import type { Stack } from "./stack.ts";

export const DEMO = "demo";
const KEY_NAME = "Demo agent";

export interface Seeded {
  readonly key: string;
  /** Vendor → why it could not be connected. */
  readonly refused: Readonly<Record<string, string>>;
}

const Fields = z.record(z.string(), z.string());
const Credentials = z.object({ credentials: z.record(z.string(), z.object({ valid: Fields, platform: Fields.optional() })) });
const Catalog = z.object({ vendors: z.array(z.object({ id: z.string(), fields: z.array(z.object({ name: z.string() })) })) });
const Integrations = z.object({ integrations: z.array(z.object({ vendor: z.string(), status: z.string() })) });
const Keys = z.object({ keys: z.array(z.object({ id: z.string(), name: z.string(), revoked_at: z.number().nullable() })) });
const NewKey = z.object({ id: z.string(), key: z.string() });
const Page = z.object({ url: z.url() });
const Session = z.object({ token: z.string() });

/** Does what is not done yet, so it may run at every start. `kept` is where the demo key stays between starts. */
export async function seed(
  { url, vault }: Pick<Stack, "url" | "vault">,
  kept: string,
  { connect }: { readonly connect: boolean },
): Promise<Seeded> {
  const token = await sessionToken(url);
  const refused = connect ? await connectAll({ url, vault }, token) : {};
  const api: Ask = (shape, path, body) => ask(shape, `${url}/api${path}`, { token, body });
  if (connect) await haveVendorsTell(url, api);
  await seedWork(api);
  return { key: await agentKey(url, token, kept), refused };
}

/** Connects what is not connected. A connection that turned red stays: it is the demo of one. */
async function connectAll({ url, vault }: Pick<Stack, "url" | "vault">, token: string): Promise<Record<string, string>> {
  const { credentials } = await ask(Credentials, `${url}/sandbox/api/credentials`);
  const { vendors } = await ask(Catalog, `${url}/api/catalog`, { token });
  const { integrations } = await ask(Integrations, `${url}/api/connections`, { token });
  const fresh = new Set(integrations.filter(({ status }) => status === "not_connected").map(({ vendor }) => vendor));
  const refused: Record<string, string> = {};
  for (const [vendor, { valid, platform }] of Object.entries(credentials)) {
    if (!fresh.has(vendor)) continue;
    try {
      // The sandbox knows more of the account than the form asks for.
      const asked = vendors.find(({ id }) => id === vendor)?.fields.map(({ name }) => name) ?? [];
      const fields = Object.fromEntries(Object.entries(valid).filter(([name]) => asked.includes(name)));
      if (platform === undefined) await ask(z.unknown(), `${url}/api/connections/${vendor}`, { token, body: { fields } });
      else {
        await vault.storePlatform({ vendor, fields: platform });
        await grant(`${url}/api/connections/${vendor}/authorize`, token);
      }
    } catch (error) {
      refused[vendor] = error instanceof Error ? error.message : String(error);
    }
  }
  return refused;
}

/** A session of the demo contractor's owner, from the development issuer. */
export const sessionToken = (url: string): Promise<string> => issued(url, "owner");
/** A session of the local stack's operator. */
export const operatorToken = (url: string): Promise<string> => issued(url, "operator");

async function issued(url: string, role: "owner" | "operator"): Promise<string> {
  return (await ask(Session, `${url}/sandbox/issuer/token`, { body: { contractor: DEMO, subject: `demo-${role}`, role } })).token;
}

/** What a person's browser does: asks for the vendor's page, approves there, comes back with the cookie it was given. */
async function grant(authorize: string, token: string): Promise<void> {
  const begun = await fetch(authorize, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  const page = Page.parse(await answer(begun));
  const cookie = begun.headers.getSetCookie().map((each) => each.split(";")[0]);
  const approved = await fetch(page.url, { method: "POST", body: new URLSearchParams({ decision: "approve" }), redirect: "manual" });
  const back = approved.headers.get("location");
  if (back === null) throw new Error(`the consent page answered ${approved.status}`);
  const done = await fetch(back, { headers: { cookie: cookie.join("; ") }, redirect: "manual" });
  const state = new URL(done.headers.get("location") ?? "/", back).searchParams.get("grant");
  if (state !== "connected") throw new Error(`the grant ended as ${state ?? done.status}`);
}

/** The key of the earlier start if it still works, since a key is shown only once; else a new one. */
async function agentKey(url: string, token: string, kept: string): Promise<string> {
  const { keys } = await ask(Keys, `${url}/api/keys`, { token });
  const known = existsSync(kept) ? NewKey.safeParse(JSON.parse(readFileSync(kept, "utf8"))).data : undefined;
  if (known !== undefined && keys.some(({ id, revoked_at }) => id === known.id && revoked_at === null)) return known.key;
  const { id, key } = await ask(NewKey, `${url}/api/keys`, { token, body: { name: KEY_NAME } });
  writeFileSync(kept, JSON.stringify({ id, key }), { mode: 0o600 });
  return key;
}

async function ask<S extends z.ZodType>(
  shape: S,
  url: string,
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<z.output<S>> {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), "content-type": "application/json" };
  const reply = await fetch(url, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  return shape.parse(await answer(reply));
}

async function answer(reply: Response): Promise<unknown> {
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${new URL(reply.url).pathname} answered ${reply.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
