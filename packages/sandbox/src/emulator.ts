/** What an emulator is: a vendor's API as data and small handlers, written from the vendor's side, never from our client's. */
import type { ErrorFault } from "./faults.ts";
import type { Person } from "./people.ts";
import type { Reply } from "./reply.ts";
import type { State } from "./state.ts";

type Fields = Readonly<Record<string, string>>;

/** Named sets of credential fields. `valid` has every right; `wrong` is well-formed and unknown; `platform` is our app at the vendor. */
export interface CredentialSets {
  readonly valid: Fields;
  readonly wrong: Fields;
  readonly platform?: Fields;
  readonly [set: string]: Fields | undefined;
}

/** Changed over the sandbox's API. */
export interface Settings {
  /** How long newly issued access tokens live. */
  readonly tokenLifetimeSeconds: number;
  /** The vendor's clock runs this much ahead of the machine's. */
  readonly clockAheadSeconds: number;
  /** How long what was written stays unseen by the vendor's searches and logs, where the real vendor's lag behind. */
  readonly indexLagSeconds: number;
  /** What becomes of the calls that an AI assistant makes. */
  readonly aiCallsEnd: AiCallsEnd;
}
export const AI_CALLS_END = ["answered", "no_answer", "busy", "voicemail", "failed"] as const;
export type AiCallsEnd = (typeof AI_CALLS_END)[number];

/** One request as the vendor gets it. */
export interface Call {
  /** Empty where no operation matches. */
  readonly operation: string;
  readonly method: string;
  readonly url: URL;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Of an operation that `streams`: the body as it comes, to be read once; `bytes` is empty then. */
  readonly body: ReadableStream<Uint8Array> | null;
  readonly text: string;
  /** The fields of a form body, repeated names kept; empty for any other media type. */
  readonly form: URLSearchParams;
  /** The value of a JSON body, whatever its media type says; undefined where it is none. */
  readonly json: unknown;
  readonly state: State;
  readonly settings: Settings;
  /** A segment of the path, decoded. */
  param(name: string): string;
  /** Epoch milliseconds by the vendor's clock. */
  now(): number;
  /** `length` random characters of `alphabet` (default: lower-case hexadecimal). */
  random(length: number, alphabet?: string): string;
}

export interface Operation {
  /** snake_case: what a fault switch names. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "PROPFIND" | "REPORT";
  /** Default: the emulator's first host. */
  readonly host?: string;
  /** `/v1/customers/:customer`; a `:name` at the beginning of a segment takes it up to the literal rest: `/:sid.json`. */
  readonly path: string;
  /** False where the vendor asks for no credential. */
  readonly authenticated?: false;
  /** True for the authorization server's: a switch for `*` leaves them alone, so that a rejected token can still be refreshed. */
  readonly apart?: true;
  /** How long the vendor works on it: time in which a second request can arrive. */
  readonly takesMs?: number;
  /** It takes files of any size: its body is not read before it runs, and no log holds it. */
  readonly streams?: true;
  /** Atomic, save for what it awaits. */
  run(call: Call): Reply | Promise<Reply>;
}

/** A thing that reached someone: a text, an email, a booking. Written by whoever called: untrusted. */
export interface InboxEntry {
  readonly title: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a message is about: its own id at the vendor, and a number that tells one entity (a payment, a thread) from another. */
export interface PushAbout {
  /** 32 hexadecimal characters. */
  readonly id: string;
  readonly entity: number;
  /** Epoch milliseconds by the vendor's clock. */
  readonly now: number;
  /** Where the vendor must know of what it tells, since it will be asked. */
  readonly state: State;
}
/** An HTTP request as it goes over the wire. */
export interface Push {
  /** Default: POST. */
  readonly method?: "POST" | "GET" | "PUT";
  /** Where it goes, if the vendor adds to the address it was given. */
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The events a vendor delivers, and how it signs them: written from its documentation, never from our verifier. */
export interface Pushes {
  /** What its dashboard shows for a new address; absent where whoever gives the address makes the secret, or it is that of the credential. */
  readonly secret?: string;
  /** Where it is part of what connects the account: the field of the credential set `valid`, or of `platform`, that signs. */
  readonly secretField?: { readonly set: "valid" | "platform"; readonly field: string };
  /** Name → a message, unsigned. Two of the same `id` are one event, delivered twice. */
  readonly kinds: Readonly<Record<string, (about: PushAbout) => { readonly type: string; readonly body: string }>>;
  /** The request as it leaves the vendor at `now` (epoch milliseconds). */
  sign(message: {
    readonly url: string;
    readonly type: string;
    readonly body: string;
    readonly secret: string;
    readonly now: number;
    /** As of the message's `PushAbout`. */
    readonly id: string;
  }): Promise<Push> | Push;
  /** The request by which it asks whether the address is ours, where it does. */
  challenge?(ask: { readonly url: string; readonly secret: string }): Push;
}

export interface Emulator {
  /** The vendor's id: also its folder. */
  readonly vendor: string;
  readonly hosts: readonly [string, ...string[]];
  readonly credentials: CredentialSets;
  /** Credential fields, of any set, that are secret: masked wherever the sandbox shows anything. */
  readonly secrets: readonly string[];
  readonly operations: readonly Operation[];
  /** Called once before the first request, and after a reset. */
  seed?(state: State, now: number): void;
  /** The vendor's refusal of a bad credential, or null. */
  authenticate?(call: Call): Reply | null;
  /** Runs on arrival, before the vendor works on the request (see `takesMs`): may answer at once. */
  admit?(call: Call): Reply | null;
  /** Sees every answer of an operation that `admit` let through, and may change it. */
  finish?(call: Call, reply: Reply): Reply;
  /** The vendor's own body and headers for an error. */
  fault(error: ErrorFault, call: Call): Reply;
  inbox?(state: State): readonly InboxEntry[];
  /** Adds a person to the vendor's records, as one of its own people would, and gives the record's id. Told by `noteChange` like any other. */
  addPerson?(person: Person, about: Pick<PushAbout, "now" | "state">): string;
  readonly pushes?: Pushes;
}

/** Checks an emulator's shape, and gives it back. */
export function defineEmulator(emulator: Emulator): Emulator {
  const names = new Set<string>();
  for (const { name, host } of emulator.operations) {
    if (names.has(name)) throw new Error(`${emulator.vendor}: two operations are called ${name}`);
    if (host !== undefined && !emulator.hosts.includes(host))
      throw new Error(`${emulator.vendor}: ${name} is at ${host}, which is not a host`);
    names.add(name);
  }
  return emulator;
}

/** The path's parameters if the pattern matches it, else null. A segment that does not decode matches nothing. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const segment = given[index] ?? "";
    const [, name, rest = ""] = /^:([a-z_]+)(.*)$/.exec(want) ?? [];
    if (name === undefined) {
      if (want !== segment) return null;
      continue;
    }
    if (!segment.endsWith(rest) || segment.length === rest.length) return null;
    try {
      params[name] = decodeURIComponent(segment.slice(0, segment.length - rest.length));
    } catch (error) {
      if (error instanceof URIError) return null;
      throw error;
    }
  }
  return params;
}

/** The operation of a request: literal paths win over patterns, then the first. */
export function findOperation(
  emulator: Emulator,
  host: string,
  method: string,
  path: string,
): { readonly operation: Operation; readonly params: Readonly<Record<string, string>> } | null {
  let found: { operation: Operation; params: Readonly<Record<string, string>> } | null = null;
  for (const operation of emulator.operations) {
    if (operation.method !== method || (operation.host ?? emulator.hosts[0]) !== host) continue;
    const params = matchPath(operation.path, path);
    if (params === null) continue;
    if (operation.path === path) return { operation, params };
    found ??= { operation, params };
  }
  return found;
}
