export type { CallPlan, CallQuestion, CallStep, Delivery, EventOf, EventType, HookReply, VendorEvent } from "@junction/core";
export { aheadAt, clockAt, instantOf, isZone } from "@junction/core";
export { attached } from "./attachments.ts";
export { type Auth, basic, bearer, byHost, endpointsOf, firstOf, header, isRenewable, pair, query } from "./auth.ts";
export type { Call } from "./call.ts";
export {
  type Action,
  authFor,
  credentialTypeOf,
  defineVendor,
  type Implementation,
  type Manifest,
  type Vendor,
  type VendorKit,
  type Way,
  way,
} from "./define.ts";
export { describePlanned, describeTool, describeVendor, type Planned, planned } from "./describe.ts";
export { refuse } from "./failure.ts";
export { type Account, type CredentialShape, field, found, type SecretField, secret, secretFile } from "./fields.ts";
export type { Files, NewFile, OpenFile } from "./files.ts";
export { type GivenHost, HOST_PATTERN, hostsFor, type Link, ownsHost } from "./hosts.ts";
export type { Download, FilePart, Http, Params, Reply, RequestOptions } from "./http.ts";
export { jwtBearer } from "./jwt-bearer.ts";
export { claimsOf } from "./keys.ts";
export { oauth2 } from "./oauth.ts";
export { below, type Path, path } from "./path.ts";
export { bearsName, isEmail, isPhone } from "./person.ts";
export { bearing, nationalNumber, phoneAsKnown, samePhone, usualWritings } from "./phone.ts";
export { digest, ecdsa, formOf, fromBase64, hmac, joined, jsonOf, multipartOf, pairs, same, seconds, textOf } from "./signature.ts";
export { type ErrorBody, type ErrorRules, parseJson } from "./status.ts";
export { until } from "./until.ts";
export type { PublishedKeys, Questions, Webhook, WebhookSecret } from "./webhook.ts";
