/**
 * A credential in a hard world, in simulated time: the kit's refresh, the vault's code and its SQL, and the lease's state machine are
 * the real ones; the network, the clock, the process and the vendor are played, and fail as a schedule says.
 */
import { type Held, newId, type Outcome, type VendorVaultRpc } from "@junction/core";
import { importKeyring, newKeyring } from "@junction/vault";
import { outcome, renewing } from "../../packages/kit/src/attempt.ts";
import type { Exchange } from "../../packages/kit/src/exchange.ts";
import { VendorFailure } from "../../packages/kit/src/failure.ts";
import { renewal } from "../../packages/kit/src/oauth.ts";
import { type Credential, type Refresh, refresh } from "../../packages/kit/src/refresh.ts";
import { LostAnswer, type TokenAsk } from "../../packages/kit/src/token.ts";
import { openCredential, storeCredential } from "../../workers/vault/src/credentials.ts";
import {
  ask,
  holder,
  LEASE_MS,
  type LeaseRequest,
  type LeaseState,
  probed,
  release,
  settle,
  UNUSED,
} from "../../workers/vault/src/lease.ts";
import * as fenced from "../../workers/vault/src/refresh.ts";
import type { Vault } from "../../workers/vault/src/vault.ts";
import { Clock, type Life } from "./clock.ts";
import { openD1 } from "./d1.ts";

export type Step =
  | { readonly do: "call"; readonly many: number; readonly patienceMs: number }
  | { readonly do: "pass"; readonly ms: number }
  /** Every process dies at once: the vendor's Worker and the vault. What is on disk stays. */
  | { readonly do: "crash" }
  /** How the token endpoint is from now on. `lost`: carried out, and no answer; `dropped`: neither. */
  | { readonly do: "token"; readonly mood: "well" | "slow" | "stuck" | "lost" | "dropped" | "failing" }
  | { readonly do: "api"; readonly mood: "well" | "failing" }
  /** The vendor ends the access token before its time. */
  | { readonly do: "refuse" }
  /** A person withdraws the grant at the vendor. */
  | { readonly do: "withdraw" }
  | { readonly do: "reconnect" };

export interface Schedule {
  readonly seed: number;
  readonly stable: boolean;
  /** Now and then a hop takes longer than a lease lasts. */
  readonly heavyNetwork: boolean;
  readonly steps: readonly Step[];
}

interface Grant {
  refresh: string;
  readonly spent: Set<string>;
  dead: boolean;
}
interface Call {
  readonly began: number;
  readonly life: Life;
  excused: boolean;
  result: Outcome<null> | undefined;
}

const HOUR_MS = 3_600_000;
const VENDOR = "vendor";
let worlds = 0;
const keks = importKeyring(newKeyring());
Object.assign(globalThis, { scheduler: { wait: () => new Promise(() => {}) } }); // the record of opens waits there; it has no part in this

/** Runs a schedule and gives what was found wrong with it; nothing, if all is well. */
export async function play({ seed, stable, heavyNetwork, steps }: Schedule): Promise<readonly string[]> {
  const wrong = new Set<string>();
  const random = mulberry(seed);
  const between = (from: number, to: number) => Math.floor(from + random() * (to - from));
  const clock = new Clock();
  const ref = { contractor: `world-${++worlds}`, connection: "con" };
  const oauth = {
    scheme: "oauth2",
    authorizationUrl: "",
    tokenUrl: "https://vendor/token",
    scopes: {},
    refreshToken: stable ? "stable" : "rotating",
  } as const;

  // The vendor.
  const grants: Grant[] = [];
  const access = new Map<string, { readonly grant: Grant; endsAt: number }>();
  let tokens = 0;
  let [tokenMood, apiMood]: [Extract<Step, { do: "token" }>["mood"], "well" | "failing"] = ["well", "well"];
  let dials = 0;
  /** Refresh tokens that were rejected, to which process; and those of which the vault was told. */
  const [refused, reported] = [new Map<string, Life>(), new Set<string>()];
  const flights = new Map<object, { readonly life: Life; readonly refresh: string }>();
  function issue(grant: Grant): Readonly<Record<string, string | number>> {
    const token = `access-${++tokens}`;
    access.set(token, { grant, endsAt: clock.now + HOUR_MS });
    return { access_token: token, refresh_token: grant.refresh, expires_in: 3600 };
  }
  function begin(): Grant {
    const grant = { refresh: `refresh-${++tokens}`, spent: new Set<string>(), dead: false };
    grants.push(grant);
    return grant;
  }
  /** What the token endpoint does and says, at the moment it does it. */
  function carryOut(given: string): Pick<Exchange, "status" | "text"> {
    const reused = grants.find(({ spent }) => spent.has(given));
    if (reused) {
      wrong.add("a refresh token was used twice");
      reused.dead = true;
    }
    const grant = grants.find((one) => one.refresh === given);
    if (!grant || grant.dead) return { status: 400, text: '{"error":"invalid_grant"}' };
    if (!stable) {
      grant.spent.add(given);
      grant.refresh = `refresh-${++tokens}`;
    }
    return { status: 200, text: JSON.stringify(issue(grant)) };
  }
  const accepts = (token: string | undefined): boolean => {
    const known = access.get(token ?? "");
    return known !== undefined && !known.grant.dead && clock.now < known.endsAt;
  };

  // Our side: what outlives a process, and the process.
  const disk = { db: openD1(), lease: UNUSED as LeaseState, keks: await keks };
  let life: Life = { dead: false };
  let calm = false;
  const hopMs = () => {
    const luck = random();
    if (calm) return between(1, 30);
    if (heavyNetwork && luck < 0.02) return between(LEASE_MS, 2 * LEASE_MS);
    return luck < 0.05 ? between(500, 6_000) : between(1, 30);
  };
  async function hop<T>(on: Life, run: () => Promise<T> | T): Promise<T> {
    await clock.sleep(on, hopMs());
    const done = await Promise.resolve()
      .then(run)
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
    await clock.sleep(on, hopMs());
    if ("error" in done) throw done.error;
    return done.value;
  }
  /** Leases that were granted and not given back: whoever has one may have spent the refresh token. */
  const out = new Map<string, number>();
  const overdue = new Set<string>();
  function back(lease: string): void {
    if (overdue.has(lease)) excuse(); // who asked while it was overdue is right to have been in doubt
    out.delete(lease);
  }
  const unsure = new Set<number>();
  const excuse = () => {
    for (const call of calls) call.excused ||= call.result === undefined;
  };
  function leaseObject(on: Life) {
    return {
      ask: (request: Omit<LeaseRequest, "now" | "leaseMs">) =>
        hop(on, () => {
          const { state, answer } = ask(disk.lease, { ...request, now: clock.now, leaseMs: LEASE_MS });
          disk.lease = state;
          if (answer.state === "granted") {
            out.set(request.lease, request.generation);
            clock.at(answer.until, () => {
              if (stable || !out.has(request.lease)) return;
              overdue.add(request.lease);
              excuse();
            });
          }
          if (answer.state === "unknown" && stable) wrong.add("a stable refresh token was in doubt");
          return answer;
        }),
      holder: (lease: string) => hop(on, () => holder(disk.lease, lease)),
      settle: (lease: string, generation: number) =>
        hop(on, () => {
          disk.lease = settle(disk.lease, lease, generation);
          back(lease);
        }),
      release: (lease: string, ending: Parameters<typeof release>[2]) =>
        hop(on, () => {
          const generation = out.get(lease);
          disk.lease = release(disk.lease, lease, ending);
          if (ending === "unknown" && generation !== undefined && !stable) {
            unsure.add(generation);
            excuse();
          }
          back(lease);
        }),
      probed: (lease: string, works: boolean | null) =>
        hop(on, () => {
          disk.lease = probed(disk.lease, lease, works);
        }),
    };
  }
  function vaultOf(on: Life): Vault {
    const kv = { get: async () => null, put: async () => {}, delete: async () => {} };
    const leases = { idFromName: (name: string) => name, get: () => leaseObject(on) };
    const ctx = { waitUntil: (work: Promise<unknown>) => void work.catch(() => {}) };
    return { db: disk.db, kv, leases, keks: disk.keks, ctx } as unknown as Vault;
  }
  function vaultRpc(on: Life): VendorVaultRpc {
    const vault = vaultOf(on);
    const never = () => Promise.reject(new Error("no part of this"));
    return {
      open: (one) => hop(on, () => openCredential(vault, VENDOR, one)),
      lease: (one) => hop(on, () => fenced.lease(vault, VENDOR, { stable: false, ...one })),
      renew: (one) =>
        hop(on, async () => {
          const opened = await fenced.renew(vault, VENDOR, one);
          // In time or late: what a refresh token was spent for is the newest there is, unless a person has reconnected.
          const newest = !stable && grants.at(-1)?.refresh === one.fields["refresh_token"];
          if (newest && (!opened.ok || opened.fields["refresh_token"] !== one.fields["refresh_token"]))
            wrong.add("tokens that were handed in were thrown away");
          return opened;
        }),
      release: (one) =>
        hop(on, async () => {
          await fenced.release(vault, VENDOR, one);
          for (const [given, to] of refused) if (to === on) reported.add(given);
        }),
      probed: (one) => hop(on, () => fenced.probed(vault, VENDOR, one)),
      store: never,
      platform: () => hop(on, () => ({ client_id: "id", client_secret: "secret" })),
    };
  }

  async function dial(on: Life, { url, body }: TokenAsk, until: number): Promise<Exchange> {
    if (until <= clock.now) throw new LostAnswer(false); // as the kit's own way out has it: nothing is sent
    const given = new URLSearchParams(body).get("refresh_token") ?? "";
    for (const flight of flights.values())
      if (!flight.life.dead && flight.refresh === given) wrong.add("two token requests were under way at once");
    // (With a network heavy enough, a lease ends before its holder's report arrives.)
    if (reported.has(given) && !heavyNetwork) wrong.add("a rejected grant was tried again");
    const flight = {};
    flights.set(flight, { life: on, refresh: given });
    dials++;
    const mood = tokenMood;
    const thereMs = mood === "slow" ? between(500, 15_000) : mood === "stuck" ? between(20_000, 90_000) : between(10, 300);
    const backMs = mood === "slow" ? between(500, 15_000) : between(10, 300);
    const lost = new LostAnswer(true);
    let answer: Pick<Exchange, "status" | "text"> | undefined;
    // Whatever becomes of us, what has been sent arrives.
    clock.at(clock.now + thereMs, () => {
      if (mood === "dropped") return;
      answer = mood === "failing" ? { status: 503, text: "" } : carryOut(given);
    });
    await clock.sleep(on, Math.min(thereMs + backMs, until - clock.now));
    flights.delete(flight);
    if (answer === undefined || mood === "lost" || clock.now >= until) throw lost;
    if (answer.status === 400) refused.set(given, on);
    return { ...answer, headers: new Headers(), now: clock.now, url: new URL(url) };
  }

  const proved = new Set<string>();
  const probers = new Map<string, Life>();
  async function attempt(on: Life, held: Held, deadline: number): Promise<Outcome<null>> {
    const none = { budget: undefined };
    const vault = vaultRpc(on);
    const by: Refresh = {
      ...{ vault, grant: oauth, held, deadline },
      renewal: (fields, apps) => renewal(oauth, fields, apps),
      dial: (one, until) => dial(on, one, until),
      async probe({ fields }: Credential) {
        const token = fields["access_token"] ?? "";
        const prober = probers.get(token);
        if (prober && !prober.dead && !heavyNetwork) wrong.add("two probes were under way at once");
        probers.set(token, on);
        await clock.sleep(on, hopMs());
        const works = apiMood === "failing" ? null : accepts(token);
        if (works) proved.add(token);
        await clock.sleep(on, hopMs());
        probers.delete(token);
        return works;
      },
      later: (work) => void work.catch((error: unknown) => wrong.add(`a bug: ${String(error)}`)),
      now: () => clock.now,
      wait: (ms) => clock.sleep(on, ms),
    };
    const opened = await outcome(none, async () => {
      const found = await vault.open({ ...held, purpose: "call" });
      if (!found.ok) throw new VendorFailure({ kind: "CredentialError" });
      return found;
    });
    if (!opened.ok) return opened;
    return renewing<null>(oauth, held, opened.value, {
      now: clock.now,
      renew: (credential, refused) => outcome(none, () => refresh(by, credential, refused)),
      async use({ fields, expiresAt = 0 }) {
        const token = fields["access_token"] ?? "";
        if (clock.now >= expiresAt && !proved.has(token)) wrong.add("a token was sent that was known to be over");
        await clock.sleep(on, hopMs());
        if (apiMood === "failing") return { ok: false, error: { kind: "VendorUnavailable", sent: true } };
        return accepts(token) ? { ok: true, value: null } : { ok: false, error: { kind: "CredentialError" } };
      },
    });
  }

  const calls: Call[] = [];
  let attached = 0;
  function call(patienceMs: number): Call {
    const one: Call = { began: clock.now, life, excused: false, result: undefined };
    calls.push(one);
    const held = { ...ref, generation: attached, call: newId("call") };
    attempt(life, held, clock.now + patienceMs).then(
      (result) => {
        one.result = result;
        const grant = grants.at(-1);
        if (!result.ok && result.error.kind === "CredentialError" && !one.excused && !grant?.dead && !inDoubt())
          wrong.add("a call was told that a good grant is dead");
      },
      (error: unknown) => wrong.add(`a bug: ${String(error)}`),
    );
    return one;
  }
  const inDoubt = () => !stable && (unsure.size > 0 || [...out.values()].length > 0);

  async function reconnect(): Promise<void> {
    excuse();
    const grant = begin();
    const { access_token, refresh_token } = issue(grant);
    const fields = { access_token: String(access_token), refresh_token: String(refresh_token) };
    const ask = {
      ...ref,
      vendor: VENDOR,
      type: "oauth_token",
      fields,
      secrets: Object.keys(fields),
      expiresAt: clock.now + HOUR_MS,
    } as const;
    const { generation } = await storeCredential(vaultOf(life), ask);
    attached = generation;
  }

  await reconnect();
  for (const step of steps) {
    switch (step.do) {
      case "call":
        for (let one = 0; one < step.many; one++) call(step.patienceMs);
        await clock.pass(between(0, 2_000));
        break;
      case "pass":
        await clock.pass(step.ms);
        break;
      case "crash":
        life.dead = true;
        life = { dead: false };
        break;
      case "token":
        tokenMood = step.mood;
        break;
      case "api":
        apiMood = step.mood;
        break;
      case "refuse":
        for (const token of access.values()) if (token.grant === grants.at(-1)) token.endsAt = Math.min(token.endsAt, clock.now);
        excuse(); // who is refused the old token and then the new one too is right to give up
        break;
      case "withdraw": {
        const grant = grants.at(-1);
        if (grant) grant.dead = true;
        excuse();
        break;
      }
      case "reconnect":
        await reconnect();
        break;
    }
  }

  // All is well again: what has been lost, and was it known to be?
  [tokenMood, apiMood, calm] = ["well", "well", true];
  await clock.pass(10 * LEASE_MS);
  for (const one of calls) if (one.result === undefined && !one.life.dead) wrong.add("a call never ended");
  const grant = grants.at(-1);
  const last = async () => {
    const one = call(60_000);
    await clock.pass(5 * LEASE_MS);
    return one.result;
  };
  const kept = await openCredential(vaultOf(life), VENDOR, { ...ref, generation: attached, purpose: "call", call: "end" });
  const generation = kept.ok ? kept.generation : 0;
  const doubt = !stable && (unsure.has(generation) || [...out.values()].includes(generation));
  const holds = kept.ok && kept.fields["refresh_token"] === grant?.refresh;
  if (!holds && !doubt && !grant?.dead) wrong.add("a grant was lost and nobody knew");
  const good = kept.ok && accepts(kept.fields["access_token"]);
  const soon = await last();
  if (!grant?.dead && (!doubt || good) && !soon?.ok) wrong.add(`what could be used was not: ${JSON.stringify(soon)}`);
  await clock.pass(2 * HOUR_MS);
  const before = dials;
  const later = await last();
  if (!grant?.dead && !doubt && !later?.ok) wrong.add(`a good grant was not renewed: ${JSON.stringify(later)}`);
  if (doubt && (later?.ok || dials > before)) wrong.add("a refresh token in doubt was sent again");
  await reconnect();
  if (!(await last())?.ok) wrong.add("a reconnect did not mend it");
  return [...wrong];
}

/** A small seeded generator: the same numbers for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
