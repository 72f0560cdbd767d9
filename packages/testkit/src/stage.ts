/** One vendor at work: connected with its emulator's credentials, called over RPC, every request it sends at hand. */
import { type FilesRpc, type Held, hookSecretId, type Outcome } from "@junction/core";
import { type Action, credentialTypeOf, endpointsOf, isRenewable } from "@junction/kit";
import type { Plain, Wire } from "./behaviour.ts";
import type { Decide } from "./egress.ts";
import { sampleFiles } from "./files.ts";
import type { Rig } from "./rig.ts";
import { type Sample, sampleOf } from "./samples.ts";
import type { Sent } from "./sent.ts";
import type { Subject } from "./subject.ts";

const CONTRACTOR = "demo";
/** The webhook's own, of a vendor that is given one: no action may see or tell it. */
const HOOK_SECRET = "Hk7dQ2rTn9LxV4bYp6Wc3MhJs8Gf1AeU";

export interface Attempted {
  /** What the Worker gave back; absent where it threw, which no vendor may make it do. */
  readonly outcome: Outcome<unknown> | undefined;
  readonly threw: string | undefined;
  /** Requests to the vendor's API, without those to its OAuth server. */
  readonly sent: readonly Sent[];
  readonly tookMs: number;
}

/** Something a vendor's Worker can be asked to attempt: an action, or the test call. */
export interface Errand {
  readonly name: string;
  readonly action: Action | undefined;
  attempt(options?: AttemptOptions): Promise<Attempted>;
}
export interface AttemptOptions {
  readonly input?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  readonly deadlineMs?: number;
}

export interface Stage {
  readonly subject: Subject;
  readonly rig: Rig;
  /** The credential of this set, as dispatch names it. */
  held(credentials: "valid" | "wrong"): Held;
  /** What must never be seen outside the vault, the Worker and the vendor. */
  readonly secrets: readonly string[];
  readonly errands: readonly Errand[];
  /** A fresh input for an action, with what it needs made first: once for all reads, which leave it as it was. */
  input(action: Action): Promise<Readonly<Record<string, unknown>>>;
  call(action: Action, options?: AttemptOptions): Promise<Attempted>;
  probe(action: Action, options: { readonly input: unknown; readonly idempotencyKey: string; readonly sentAt: number }): Promise<Attempted>;
  /** How many requests the errand takes when all is well, and when it has been done before: the first may have to make what later ones find. */
  requests(errand: Errand): Promise<number>;
  check(credentials: "valid" | "wrong"): Promise<Attempted>;
  /** Misbehaves from the nth API request of the next attempt on; the OAuth server stays well. */
  misbehave(how: Plain | Wire | Decide, from?: number): void;
  behave(): void;
  isApi(sent: Sent): boolean;
}

let keys = 0;
/** 64 hexadecimal characters, never the same twice. */
export const freshKey = (): string => `${Date.now().toString(16)}${(++keys).toString(16).padStart(8, "0")}`.padStart(64, "f");

export async function openStage(rig: Rig, subject: Subject): Promise<Stage> {
  const { id, vendor, emulator, contract } = subject;
  const { auth } = vendor.manifest;
  const oauth = auth.scheme === "oauth2";
  const endpoints = endpointsOf(auth);
  const generations = { valid: 0, wrong: 0 };
  for (const set of ["valid", "wrong"] as const) {
    const known = new Set([...Object.keys(vendor.manifest.credentials), ...(oauth ? ["access_token", "refresh_token"] : [])]);
    const given = Object.entries(emulator.credentials[set]).filter(([name]) => known.has(name));
    // A token the vendor never gave: the first call is refused and must refresh.
    const fields = { ...(oauth && { access_token: `stale-access-token-${set}` }), ...Object.fromEntries(given) };
    const stored = await rig.admin.store({
      contractor: CONTRACTOR,
      connection: `${id}-${set}`,
      vendor: id,
      type: credentialTypeOf(auth),
      fields,
      secrets: Object.keys(fields).filter((name) => emulator.secrets.includes(name) || name.endsWith("_token")),
    });
    generations[set] = stored.generation;
  }
  if (vendor.webhook?.secret.from === "own")
    await rig.admin.rotate({
      contractor: CONTRACTOR,
      connection: hookSecretId(`${id}-valid`),
      vendor: id,
      secret: HOOK_SECRET,
      overlapMs: 0,
    });
  if (emulator.credentials.platform) await rig.admin.storePlatform({ vendor: id, fields: emulator.credentials.platform });

  const worker = rig.vendor(id);
  const held: Stage["held"] = (set) => ({
    contractor: CONTRACTOR,
    connection: `${id}-${set}`,
    generation: generations[set],
    call: "contract",
  });
  const isApi = ({ host, path }: Sent) => !endpoints.includes(`https://${host}${path}`);
  const secrets = new Set<string>(vendor.webhook?.secret.from === "own" ? [HOOK_SECRET] : []);
  for (const fields of Object.values(emulator.credentials)) {
    for (const [name, value] of Object.entries(fields ?? {})) if (emulator.secrets.includes(name) && value.length >= 6) secrets.add(value);
  }
  async function attempt(run: () => Promise<Outcome<unknown>>): Promise<Attempted> {
    rig.egress.take(id);
    const began = Date.now();
    const done = await run().then(
      (outcome) => ({ outcome, threw: undefined }),
      (error: unknown) => ({ outcome: undefined, threw: String(error) }),
    );
    const tookMs = Date.now() - began;
    const sent = rig.egress.take(id).filter(isApi);
    for (const { headers } of sent) {
      const [, token] = /^\w+ (\S{6,})$/.exec(headers.get("authorization") ?? "") ?? [];
      if (token !== undefined) secrets.add(token);
    }
    return { ...done, sent, tookMs };
  }

  const call: Stage["call"] = async (action, options = {}) => {
    const input = options.input ?? (await stage.input(action));
    const files = sampleFiles(action.tool, input);
    return attempt(() =>
      worker.call({
        ...held("valid"),
        tool: action.tool.id,
        input: action.tool.input.parse(input),
        ...(files && { files: files as unknown as FilesRpc }), // a capability by the time the vendor has it
        idempotencyKey: options.idempotencyKey ?? freshKey(),
        ...(vendor.webhook && { hook: `https://junction.example/hooks/${id}/contract.${"a".repeat(32)}` }),
        deadline: Date.now() + (options.deadlineMs ?? 20_000),
      }),
    );
  };
  async function made({ tool }: Action, from: NonNullable<Sample["from"]>): Promise<Readonly<Record<string, unknown>>> {
    const real: Record<string, unknown> = {};
    for (const [field, [by, result]] of Object.entries(from)) {
      const maker = vendor.actions.get(by);
      if (!maker) continue; // the vendor cannot make one: its sample's own value must do
      const { outcome, threw } = await call(maker);
      if (!outcome?.ok) throw new Error(`${by}, which ${tool.id} needs, gave ${threw ?? JSON.stringify(outcome)}`);
      real[field] = (outcome.value as Record<string, unknown>)[result];
    }
    return real;
  }
  const read = new Map<Action, Readonly<Record<string, unknown>>>();
  const taken = new Map<string, number>();
  const check: Stage["check"] = (set) => attempt(() => worker.check(held(set)));
  const stage: Stage = {
    subject,
    rig,
    held,
    get secrets() {
      return [...secrets];
    },
    errands: [
      ...[...vendor.actions.values()].map((action) => ({
        name: action.tool.id,
        action,
        attempt: (options?: AttemptOptions) => call(action, options),
      })),
      { name: "test", action: undefined, attempt: () => check("valid") },
    ],
    async input(action) {
      const { input, from = {} } = sampleOf(action, contract.samples[action.tool.id]);
      if (action.tool.effect !== "read") return { ...input, ...(await made(action, from)) };
      const held = read.get(action) ?? (await made(action, from));
      read.set(action, held);
      return { ...input, ...held };
    },
    call,
    probe: (action, ask) => attempt(() => worker.probe({ ...held("valid"), tool: action.tool.id, ...ask })),
    check,
    async requests({ name, action, attempt }) {
      const known = taken.get(name);
      if (known !== undefined) return known;
      const once = async () => attempt(action && { input: await stage.input(action) });
      await once();
      const { sent } = await once();
      taken.set(name, sent.length);
      return sent.length;
    },
    misbehave: (how, from = 0) => rig.egress.behave(id, how, { apart: endpoints, from }),
    behave: () => rig.egress.behave(id, "pass"),
    isApi,
  };
  if (isRenewable(auth)) await check("valid"); // takes the stale token's refusal and its refresh out of what the laws count
  return stage;
}
