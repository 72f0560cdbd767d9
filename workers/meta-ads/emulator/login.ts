/** Facebook Login as far as it differs from RFC 6749: no refresh tokens; an hour's token is traded for one of sixty days. */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  type Grant,
  json,
  type Operation,
  type Reply,
  type State,
} from "@junction/sandbox";
import { bad, deadToken, graphError } from "./errors.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LONGER = 1440;
const accessTokens = (state: State) => state.collection<{ readonly grant: string; readonly expiresAt: number }>("access_tokens");
const grants = (state: State) => state.collection<Grant>("grants");

/** The grant of a person's token, or undefined if it is dead. */
export function grantBehind(call: Call, token: string): Grant | undefined {
  const access = accessTokens(call.state).get(token);
  const grant = access && grants(call.state).get(access.grant);
  return access && grant && !grant.revoked && access.expiresAt > call.now() ? grant : undefined;
}
export function revoke(call: Call, grant: Grant): Reply {
  grants(call.state).put(grant.id, { ...grant, revoked: true });
  return json(200, { success: true });
}

function extended(call: Call, { app }: AuthorizationServer): Reply {
  if (call.form.get("client_id") !== app.client_id || call.form.get("client_secret") !== app.client_secret)
    return graphError(400, 1, "Error validating client secret.");
  const grant = grantBehind(call, call.form.get("fb_exchange_token") ?? "");
  if (!grant) return deadToken();
  const access_token = `EAAL${call.random(160, ALPHABET)}`;
  const expires_in = call.settings.tokenLifetimeSeconds * LONGER;
  accessTokens(call.state).put(access_token, { grant: grant.id, expiresAt: call.now() + expires_in * 1000 });
  return json(200, { access_token, token_type: "bearer", expires_in });
}

/** The dialog and the token endpoint. */
export function loginOperations(
  app: AuthorizationServer["app"],
  account: string,
  scopes: Readonly<Record<string, string>>,
): readonly Operation[] {
  const server: AuthorizationServer = {
    ...{ vendor: "Facebook", account, app, client: "form", scopes, rotates: false },
    ...{ authorizeHost: "www.facebook.com", authorizePath: "/v26.0/dialog/oauth" },
    ...{ tokenHosts: ["graph.facebook.com"], tokenPath: "/v26.0/oauth/access_token", revokePath: "/v26.0/oauth/none" },
    token: (call, kind) => (kind === "access" ? `EAAS${call.random(160, ALPHABET)}` : ""),
    beside: (call) => ({ token_type: "bearer", expires_in: call.settings.tokenLifetimeSeconds, refresh_token: undefined }),
    refusal: (error) =>
      error === "invalid_client"
        ? graphError(400, 1, "Error validating client secret.")
        : graphError(400, 100, "This authorization code has been used or has expired.", 36007),
  };
  return authorizationOperations(server).flatMap((operation): readonly Operation[] => {
    if (operation.name === "revoke") return [];
    if (operation.name !== "token") return [operation];
    const run = (call: Call) =>
      call.form.get("grant_type") === "fb_exchange_token"
        ? extended(call, server)
        : call.form.get("code")
          ? operation.run(call)
          : bad("Missing authorization code");
    return [{ ...operation, run }];
  });
}
