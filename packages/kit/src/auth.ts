/** How a request is authenticated, as data: the kit applies it, the sandbox checks it, the connect form is drawn from it. */
import type { Fields } from "./fields.ts";
import type { JwtGrant, OAuthServer } from "./grants.ts";
import type { CodeWork, TokenWork } from "./token-work.ts";

/** The same for every account: the `api` before an API key, or nothing at all. */
export interface Literal {
  readonly literal: string;
}

export type Auth<Field extends string = string, Scope extends string = string> =
  | { readonly scheme: "basic"; readonly user: Field | Literal; readonly password: Field | Literal }
  /** `Authorization: <word> <id>:<secret>`, as it stands: Basic without the encoding. */
  | { readonly scheme: "pair"; readonly word: string; readonly id: Field; readonly secret: Field }
  /** `word`: for the few that say another than Bearer. */
  | { readonly scheme: "bearer"; readonly token: Field; readonly word?: string }
  | { readonly scheme: "header"; readonly name: string; readonly field: Field }
  | { readonly scheme: "query"; readonly name: string; readonly field: Field }
  /** The first whose fields the contractor filled in. */
  | { readonly scheme: "first_of"; readonly choices: readonly Auth<Field, never>[] }
  /** Vendors that want one key in different places on different hosts. */
  | { readonly scheme: "by_host"; readonly hosts: Readonly<Record<string, Auth<Field, never>>> }
  | ({ readonly scheme: "oauth2"; readonly tokens: TokenWork & CodeWork } & OAuthServer<Scope>)
  | ({ readonly scheme: "jwt_bearer"; readonly tokens: TokenWork } & JwtGrant<Field, Scope>);

/** The schemes of `grants.ts`, with what the kit does for them. */
export type Renewable<Field extends string = string, Scope extends string = string> = Extract<
  Auth<Field, Scope>,
  { readonly scheme: "oauth2" | "jwt_bearer" }
>;
export const isRenewable = (auth: Auth): auth is Renewable => auth.scheme === "oauth2" || auth.scheme === "jwt_bearer";

export const basic = <const U extends string | Literal, const P extends string | Literal>(
  user: U,
  password: P,
): Auth<Extract<U | P, string>, never> => ({ scheme: "basic", user, password }) as Auth<Extract<U | P, string>, never>;
export const bearer = <const F extends string>(token: F, word?: string): Auth<F, never> => ({
  scheme: "bearer",
  token,
  ...(word !== undefined && { word }),
});
export const pair = <const F extends string>(word: string, id: F, secret: F): Auth<F, never> => ({ scheme: "pair", word, id, secret });
export const header = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "header", name, field });
export const query = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "query", name, field });
export const firstOf = <const F extends string>(...choices: readonly Auth<F, never>[]): Auth<F, never> => ({ scheme: "first_of", choices });
export const byHost = <const F extends string>(hosts: Readonly<Record<string, Auth<F, never>>>): Auth<F, never> => ({
  scheme: "by_host",
  hosts,
});
/** The addresses of a scheme's authorization server that the vendor's Worker sends requests to. */
export function endpointsOf(auth: Auth): readonly string[] {
  if (auth.scheme === "oauth2") return [auth.tokenUrl, ...(auth.revocationUrl === undefined ? [] : [auth.revocationUrl])];
  if (auth.scheme !== "jwt_bearer") return [];
  const { tokenUrl } = auth;
  return typeof tokenUrl === "string" ? [tokenUrl] : "of" in tokenUrl ? Object.values(tokenUrl.of ?? {}) : [];
}

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The headers and query parameters that authenticate a request to `host`, or the fields that are lacking. */
export function authenticate(auth: Auth, fields: Fields, host: string): Signed | { readonly lacking: string } {
  switch (auth.scheme) {
    case "basic": {
      const asked = [auth.user, auth.password];
      const [user, password] = asked.map((one) => (typeof one === "string" ? fields[one] || undefined : one.literal));
      if (user === undefined || password === undefined) return { lacking: asked.filter((one) => typeof one === "string").join(" and ") };
      const bytes = new TextEncoder().encode(`${user}:${password}`);
      return { headers: { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` }, query: {} };
    }
    case "pair": {
      const [id, secret] = [fields[auth.id], fields[auth.secret]];
      if (!id || !secret) return { lacking: `${auth.id} and ${auth.secret}` };
      return { headers: { authorization: `${auth.word} ${id}:${secret}` }, query: {} };
    }
    case "bearer":
      return single(fields, auth.token, (token) => ({ headers: { authorization: `${auth.word ?? "Bearer"} ${token}` }, query: {} }));
    case "oauth2":
    case "jwt_bearer": {
      const word = (auth.scheme === "oauth2" && auth.tokenType) || "Bearer";
      return single(fields, "access_token", (token) => ({ headers: { authorization: `${word} ${token}` }, query: {} }));
    }
    case "header":
      return single(fields, auth.field, (value) => ({ headers: { [auth.name.toLowerCase()]: value }, query: {} }));
    case "query":
      return single(fields, auth.field, (value) => ({ headers: {}, query: { [auth.name]: value } }));
    case "first_of": {
      const tried = auth.choices.map((choice) => authenticate(choice, fields, host));
      return (
        tried.find((signed) => !("lacking" in signed)) ?? { lacking: tried.map((t) => ("lacking" in t ? t.lacking : "")).join(", or ") }
      );
    }
    case "by_host": {
      const own = auth.hosts[host];
      if (!own) throw new Error(`the manifest says no authentication for ${host}`);
      return authenticate(own, fields, host);
    }
  }
}

function single(fields: Fields, name: string, sign: (value: string) => Signed): Signed | { readonly lacking: string } {
  const value = fields[name];
  return value ? sign(value) : { lacking: name };
}
