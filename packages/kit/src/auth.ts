/** How a request is authenticated, as data: the kit applies it, the sandbox checks it, the connect form is drawn from it. */

export interface OAuthServer<Scope extends string> {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl?: string;
  /** Scope → what it lets us do, in the consent page's words. */
  readonly scopes: Readonly<Record<Scope, string>>;
  readonly scopeSeparator?: " " | ",";
  /** Further parameters of the authorization request. */
  readonly params?: Readonly<Record<string, string>>;
  readonly clientAuthentication?: "basic" | "post";
  /** How long before its expiry an access token is refreshed; 5 minutes if not said. */
  readonly marginSeconds?: number;
}

export type Auth<Field extends string = string, Scope extends string = string> =
  | { readonly scheme: "basic"; readonly user: Field; readonly password: Field }
  | { readonly scheme: "bearer"; readonly token: Field }
  | { readonly scheme: "header"; readonly name: string; readonly field: Field }
  | { readonly scheme: "query"; readonly name: string; readonly field: Field }
  /** The first whose fields the contractor filled in. */
  | { readonly scheme: "first_of"; readonly choices: readonly Auth<Field, never>[] }
  /** Vendors that want one key in different places on different hosts. */
  | { readonly scheme: "by_host"; readonly hosts: Readonly<Record<string, Auth<Field, never>>> }
  | ({ readonly scheme: "oauth2" } & OAuthServer<Scope>);

export const basic = <const U extends string, const P extends string>(user: U, password: P): Auth<U | P, never> => ({
  scheme: "basic",
  user,
  password,
});
export const bearer = <const F extends string>(token: F): Auth<F, never> => ({ scheme: "bearer", token });
export const header = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "header", name, field });
export const query = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "query", name, field });
export const firstOf = <const F extends string>(...choices: readonly Auth<F, never>[]): Auth<F, never> => ({ scheme: "first_of", choices });
export const byHost = <const F extends string>(hosts: Readonly<Record<string, Auth<F, never>>>): Auth<F, never> => ({
  scheme: "by_host",
  hosts,
});
export const oauth2 = <const Scope extends string>(server: OAuthServer<Scope>): Auth<never, Scope> => ({ scheme: "oauth2", ...server });

export type Fields = Readonly<Record<string, string | undefined>>;
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The headers and query parameters that authenticate a request to `host`, or the fields that are lacking. */
export function authenticate(auth: Auth, fields: Fields, host: string): Signed | { readonly lacking: string } {
  switch (auth.scheme) {
    case "basic": {
      const [user, password] = [fields[auth.user], fields[auth.password]];
      if (!user || !password) return { lacking: `${auth.user} and ${auth.password}` };
      const bytes = new TextEncoder().encode(`${user}:${password}`);
      return { headers: { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` }, query: {} };
    }
    case "bearer":
      return single(fields, auth.token, (token) => ({ headers: { authorization: `Bearer ${token}` }, query: {} }));
    case "oauth2":
      return single(fields, "access_token", (token) => ({ headers: { authorization: `Bearer ${token}` }, query: {} }));
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
