/** What a vendor author writes with: the manifest, then actions bound to it, in two steps so that an action's input is inferred. */
import type { CATEGORIES, CredentialType, Identity, VendorEvent } from "@junction/core";
import type { Tool } from "@junction/tools";
import type * as z from "zod/mini";
import type { Auth } from "./auth.ts";
import type { Call } from "./call.ts";
import { refuse } from "./failure.ts";
import { type Account, type CredentialShape, type Fields, readable } from "./fields.ts";
import type { Files } from "./files.ts";
import type { Http } from "./http.ts";
import type { ErrorRules } from "./status.ts";
import type { Webhook } from "./webhook.ts";

/** A further way to connect, beside the manifest's own `credentials` and `auth`. */
export interface Way<Scope extends string = string> {
  /** What the person chooses by; if not said, the type of the credential in plain words. */
  readonly label?: string;
  readonly credentials: CredentialShape;
  readonly auth: Auth<string, Scope>;
}
/** Binds a way's authentication to its own fields. */
export const way = <C extends CredentialShape, const Scope extends string>(
  one: Omit<Way<Scope>, "auth" | "credentials"> & { readonly credentials: C; readonly auth: Auth<keyof C & string, Scope> },
): Way<Scope> => one as Way<Scope>;

/** The type of credential an authentication scheme uses: what is kept in the vault says by it which way it came. */
export function credentialTypeOf({ scheme }: Auth): CredentialType {
  return scheme === "oauth2" ? "oauth_token" : scheme === "jwt_bearer" ? "service_account" : "api_key";
}

export interface Manifest<
  Id extends string = string,
  C extends CredentialShape = CredentialShape,
  Scope extends string = string,
  Host extends string = string,
> {
  /** Kebab-case: also the folder, the Worker and the route. */
  readonly id: Id;
  readonly name: string;
  readonly category: (typeof CATEGORIES)[number];
  /** One sentence for the catalog: what it powers. */
  readonly powers: string;
  readonly docs: string;
  readonly credentials: C;
  readonly auth: Auth<keyof C & string, Scope>;
  /** Further ways to connect, of other types of credential: `ways: [way({ credentials, auth: jwtBearer({ … }) })]`. */
  readonly ways?: readonly Way<NoInfer<Scope>>[];
  /** Egress is refused to any other; the first is the default. */
  readonly hosts: readonly [Host, ...Host[]];
  /** One sentence, where the vendor publishes too little: what of this file nobody has confirmed with an account of its. */
  readonly unconfirmed?: string;
  /** The vendor's published limit for one account. */
  readonly limit?: { readonly requests: number; readonly perSeconds: number };
  readonly errors?: ErrorRules;
  /** The test call of *Save & Test*: proves that the key is valid and has the permissions, and changes nothing. */
  test(call: Call<C, Host>): Promise<Identity>;
}

export interface Implementation<C extends CredentialShape, Scope extends string, Host extends string, T extends Tool> {
  readonly scopes?: readonly Scope[];
  /** A repeat with the same key has one effect at the vendor. A read is always so. */
  readonly idempotent?: boolean;
  /** The vendor's events give the key back, and the webhook says of these what they prove (`proves`). */
  readonly echoed?: true;
  /** Of several that are connected it serves the tool where the contractor has not said who does. One vendor at most says so of a tool. */
  readonly first?: true;
  /**
   * `idempotencyKey`: 64 hexadecimal characters, the same for every attempt at one effect. `hook`: where the vendor is to deliver, for an
   * effect that tells it so; a read has none.
   */
  run(
    call: Call<C, Host> & {
      readonly input: z.output<T["input"]>;
      readonly idempotencyKey: string;
      readonly hook?: string | undefined;
      readonly files: Files;
    },
  ): Promise<z.input<T["output"]>>;
  /** Read-back for vendors without idempotency: the result if the effect happened, null if the vendor knows of none. */
  probe?(
    call: Call<C, Host> & { readonly input: z.output<T["input"]>; readonly idempotencyKey: string; readonly sentAt: Date },
  ): Promise<z.input<T["output"]> | null>;
}

/** An attempt as the serving side prepares it, before the types of one vendor are known. */
export interface Attempt {
  readonly http: Http;
  readonly fields: Fields;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly hook?: string | undefined;
}
export interface Action {
  readonly tool: Tool;
  readonly scopes: readonly string[];
  readonly idempotent: boolean;
  readonly echoed?: true;
  readonly first?: true;
  readonly run: (attempt: Attempt & { readonly files: Files }) => Promise<unknown>;
  readonly probe?: (attempt: Attempt & { readonly sentAt: Date }) => Promise<unknown>;
}
/** The authentication of a vendor's credential of this type. */
export function authFor({ manifest }: Pick<Vendor, "manifest">, type: CredentialType | undefined): Auth {
  const ways = [manifest, ...(manifest.ways ?? [])];
  const found = type === undefined ? manifest : ways.find(({ auth }) => credentialTypeOf(auth) === type);
  if (!found) throw new Error(`${manifest.id} is not connected by a credential of the type ${type}`);
  return found.auth;
}

/** What a look-up of an event gives. */
export type Found = VendorEvent | readonly VendorEvent[] | null;

export interface Vendor {
  readonly manifest: Omit<Manifest, "test">;
  readonly test: (attempt: Pick<Attempt, "http" | "fields">) => Promise<Identity>;
  readonly actions: ReadonlyMap<string, Action>;
  readonly webhook?: Omit<Webhook<CredentialShape>, "confirm"> & {
    readonly confirm?: (attempt: Pick<Attempt, "http" | "fields">, event: VendorEvent) => Promise<Found>;
  };
}

/**
 * Any result. Its strings are `"" | …` since TypeScript keeps `status: "sent"` from becoming `status: string` only where a literal is
 * expected, and while it infers which tool is meant this is all it expects.
 */
type Result = "" | (string & {}) | number | boolean | null | undefined | readonly Result[] | { readonly [name: string]: Result };
type ResultTool = Tool<string, z.ZodMiniObject, z.ZodMiniType<unknown, Result>>;

export interface VendorKit<C extends CredentialShape, Scope extends string, Host extends string> {
  implement<T extends ResultTool>(tool: T, how: Implementation<C, Scope, Host, T>): Action;
  provides(what: { readonly actions: readonly Action[]; readonly webhook?: Webhook<C, Host> }): Vendor;
}

const confirmOf = <C extends CredentialShape, Host extends string>(
  { confirm }: Webhook<C, Host>,
  call: (attempt: Pick<Attempt, "http" | "fields">) => Call<C, Host>,
) => confirm && ((attempt: Pick<Attempt, "http" | "fields">, event: VendorEvent) => confirm({ ...call(attempt), event }));

/** A value through its schema. A rule of a contract's own, which JSON Schema cannot state, is the caller's to keep; the rest the gateway has checked. */
function read<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  if (issues.some(({ code }) => code !== "custom")) throw parsed.error;
  return refuse({ kind: "InvalidRequest", issues: issues.map(({ path, message }) => [...path.slice(0, 1), message].join(": ")) });
}

export function defineVendor<const Id extends string, C extends CredentialShape, Scope extends string, const Host extends string>(
  manifest: Manifest<Id, C, Scope, Host>,
): VendorKit<C, Scope, Host> {
  const names = readable(manifest.credentials);
  const types = [manifest, ...(manifest.ways ?? [])].map(({ auth }) => credentialTypeOf(auth as Auth));
  if (new Set(types).size < types.length) throw new Error(`${manifest.id} has two ways for one type of credential: ${types.join(", ")}`);
  // The fields come from the vault, where the form's schema was checked; this keeps the secrets among them from the action.
  const call = ({ http, fields }: Pick<Attempt, "http" | "fields">): Call<C, Host> => ({
    http,
    account: Object.fromEntries(names.map((name) => [name, fields[name]])) as unknown as Account<C>,
  });
  return {
    implement: <T extends ResultTool>(tool: T, how: Implementation<C, Scope, Host, T>): Action => {
      const asked = ({ input, idempotencyKey, hook, ...attempt }: Attempt) => ({
        ...call(attempt),
        hook,
        input: read<T["input"]>(tool.input, input),
        idempotencyKey,
      });
      const { probe } = how;
      return {
        tool,
        scopes: how.scopes ?? [],
        idempotent: how.idempotent ?? tool.effect === "read",
        ...(how.echoed && { echoed: how.echoed }),
        ...(how.first && { first: how.first }),
        run: async ({ files, ...attempt }) => tool.output.parse(await how.run({ ...asked(attempt), files })),
        ...(probe && {
          probe: async (attempt) => {
            const found = await probe({ ...asked(attempt), sentAt: attempt.sentAt });
            return found === null ? null : tool.output.parse(found);
          },
        }),
      };
    },
    provides: ({ actions, webhook }) => ({
      manifest: manifest as unknown as Omit<Manifest, "test">, // one vendor's own types end here
      test: (attempt) => manifest.test(call(attempt)),
      actions: new Map(actions.map((action) => [action.tool.id, action])),
      ...(webhook && { webhook: { ...webhook, confirm: confirmOf(webhook, call) } as Vendor["webhook"] & object }),
    }),
  };
}
