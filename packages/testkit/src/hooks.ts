/** One vendor's webhook at work: what its emulator delivers, handed to its Worker over RPC, with the vault's secrets behind it. */
import { type Held, hookSecretId, type Outcome, type ReceiveAsk, type Received, type VendorEvent } from "@junction/core";
import type { Vendor } from "@junction/kit";
import type { Pushes, SignedPush, State } from "@junction/sandbox";
import type { Violation } from "./law.ts";
import type { Told } from "./line.ts";
import type { Stage } from "./stage.ts";

/** A request to us, as it arrives. */
export interface Message {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch milliseconds at which it comes; if not said, now. */
  readonly receivedAt?: number;
}
/** What the vault is asked for: see `ReceiveAsk`. */
export type Proof = Pick<ReceiveAsk, "connection" | "secret">;

export interface Hooks {
  readonly stage: Stage;
  readonly webhook: NonNullable<Vendor["webhook"]>;
  readonly pushes: Pushes;
  readonly kinds: readonly string[];
  /** What the vendor signs with. */
  readonly secret: string;
  readonly url: string;
  /** As the vault has it when all is well. */
  readonly proof: Proof;
  /** Signed requests, from the sandbox. */
  signed(ask?: Readonly<Record<string, unknown>>): Promise<readonly SignedPush[]>;
  /** The first of them, where one is enough. */
  one(ask?: Readonly<Record<string, unknown>>): Promise<SignedPush>;
  /** A message of this kind that the sandbox's vendor knows nothing of. */
  unheardOf(kind: string): Promise<Message>;
  /** Any body, rightly signed; null where the vendor cannot send it. */
  sign(type: string, body: string): Promise<Message | null>;
  /** What the Worker makes of each. Never throws: what threw says so. */
  deliver(messages: readonly Message[], proof?: Proof): Promise<readonly Told<Received>[]>;
  confirm(event: VendorEvent): Promise<Told<Outcome<VendorEvent | readonly VendorEvent[] | null>>>;
  /** A webhook secret of a connection of its own; each is rotated in after the one before it. */
  rotated(secrets: readonly string[], overlapMs: number): Promise<Held>;
}

/** What we make where the vendor takes a secret from us. */
const MADE = "Zk3dQ9rTn4LxV8bYp2Wc7MhJs5Gf6AeUq1Ko";

let made = 0;

/** `mutant`: the Worker's entrypoint of this name in the vendor's place. */
export async function openHooks(stage: Stage, mutant?: string): Promise<Hooks> {
  const { subject, rig } = stage;
  const { webhook } = subject.vendor;
  const { pushes, credentials } = subject.emulator;
  if (!webhook || !pushes) throw new Error(`${subject.id} has no webhook, or its emulator delivers nothing`);
  const { set, field } = pushes.secretField ?? {};
  const secret = pushes.secret ?? (set && field ? credentials[set]?.[field] : undefined) ?? MADE;
  const url = `https://junction.example/hooks/${subject.id}/${webhook.secret.from === "app" ? "app" : "demo.2x7k3mzq5w4n6b8v9c1d2f3g4h5j6k7p"}`;
  const connection = webhook.secret.from === "app" ? null : stage.held("valid");

  const rotated: Hooks["rotated"] = async (secrets, overlapMs) => {
    const ref = { contractor: stage.held("valid").contractor, connection: hookSecretId(`${subject.id}-${++made}`) };
    let generation = 0;
    for (const secret of secrets) ({ generation } = await rig.admin.rotate({ ...ref, vendor: subject.id, secret, overlapMs }));
    return { ...ref, generation, call: "contract" };
  };
  const proof: Proof = { connection, secret: webhook.secret.from === "own" ? await rotated([secret], 0) : null };

  const signed: Hooks["signed"] = async (ask = {}) => {
    const body = { vendor: subject.id, url, secret, send: false, ...ask };
    return ((await rig.sandbox("POST", "/pushes", body)) as { readonly messages: readonly SignedPush[] }).messages;
  };
  const leave = async (message: { readonly type: string; readonly body: string }, id: string, now: number): Promise<Message> => {
    const push = await pushes.sign({ ...message, url, secret, now, id });
    return { method: push.method ?? "POST", url: push.url ?? url, headers: push.headers, body: push.body };
  };
  return {
    ...{ stage, webhook, pushes, secret, url, proof, signed, rotated },
    kinds: Object.keys(pushes.kinds),
    async one(ask) {
      const [first] = await signed(ask);
      if (!first) throw new Error(`the sandbox made no message of ${subject.id}`);
      return first;
    },
    async unheardOf(kind) {
      const [id, now, state] = ["0123456789abcdef".repeat(2), Date.now(), memory()];
      subject.emulator.seed?.(state, now);
      const made = pushes.kinds[kind]?.({ id, entity: 987_654, now, state });
      if (!made) throw new Error(`${subject.id} delivers nothing of the kind ${kind}`);
      return leave(made, id, now);
    },
    async sign(type, body) {
      try {
        return await leave({ type, body }, "fedcba9876543210".repeat(2), Date.now());
      } catch (error) {
        if (error instanceof Error) return null; // its signature stands in the body, which must be one for that
        throw error;
      }
    },
    deliver: (messages, given = proof) =>
      rig.each<Received>(
        subject.id,
        "receive",
        messages.map(({ method, url, headers, body, receivedAt = Date.now() }) => ({
          delivery: { method, url, headers: lowered(headers), body, receivedAt },
          ...given,
        })),
        mutant,
      ),
    async confirm(event) {
      const asks = [{ ...stage.held("valid"), event }];
      const [told] = await rig.each<Outcome<VendorEvent | readonly VendorEvent[] | null>>(subject.id, "confirm", asks, mutant);
      return told ?? { threw: "nothing was given back" };
    },
  };
}

const lowered = (headers: Message["headers"]) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** What an emulator remembers, for a vendor of this process alone. */
function memory(): State {
  const collections = new Map<string, Map<string, unknown>>();
  return {
    collection<T>(name: string) {
      const items = (collections.get(name) ?? new Map()) as Map<string, T>;
      collections.set(name, items);
      return {
        get: (id: string) => items.get(id),
        put: (id: string, value: T) => void items.set(id, value),
        delete: (id: string) => void items.delete(id),
        list: () => [...items.values()],
      };
    },
  };
}

/** What became of a delivery, in words. */
export function saidOf({ value, threw }: Told<Received>): string {
  if (threw !== undefined) return `it threw ${threw.split("\n")[0]}`;
  if (value === undefined) return "nothing";
  return "reason" in value ? `${value.verdict} (${value.reason})` : value.verdict;
}

export const eventsOf = ({ value }: Told<Received>): readonly VendorEvent[] => (value?.verdict === "verified" ? value.events : []);

/** What must become of a message; `wanted` is the verdict, with its reason where that is promised too. */
export interface Case {
  readonly name: string;
  readonly message: Message;
  readonly wanted: string;
}

/** Delivers each, and names those of which something else became. */
export async function judged(hooks: Hooks, cases: readonly Case[], proof?: Proof): Promise<readonly Violation[]> {
  const messages = cases.map(({ message }) => message);
  const told = await hooks.deliver(messages, proof);
  return cases.flatMap(({ name, wanted }, index) => {
    const said = saidOf(told[index] ?? {});
    return said === wanted || said.startsWith(`${wanted} (`) ? [] : [{ text: `${name}: ${said} instead of ${wanted}` }];
  });
}
