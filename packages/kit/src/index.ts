export { type Auth, basic, bearer, byHost, firstOf, header, oauth2, query } from "./auth.ts";
export { type Action, type Call, defineVendor, type Implementation, type Manifest, type Vendor, type VendorKit } from "./define.ts";
export { describeVendor } from "./describe.ts";
export { refuse } from "./failure.ts";
export { type Account, type CredentialShape, field, secret } from "./fields.ts";
export type { Http, Params, Reply, RequestOptions } from "./http.ts";
export { type Path, path } from "./path.ts";
export type { ErrorBody, ErrorRules } from "./status.ts";
