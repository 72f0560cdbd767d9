import type { Account, CredentialShape } from "./fields.ts";
import type { Http } from "./http.ts";

/** What the test call and every action are handed. Note what is absent: no secret, no `env`, no `fetch`. */
export interface Call<C extends CredentialShape, Host extends string = string> {
  readonly http: Http<Host>;
  readonly account: Account<C>;
}
