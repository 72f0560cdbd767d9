/** What an emulator file is written with. The Worker that runs emulators is `@junction/sandbox/worker`. */
export { type Assertion, readAssertion, SERVICE_KEY } from "./assertion.ts";
export {
  type AuthorizationServer,
  authorizationOperations,
  type Grant,
  grantOf,
  type IssuedTokens,
  seedGrant,
} from "./authorization-server.ts";
export { type Change, noteChange } from "./changes.ts";
export {
  type Call,
  type CredentialSets,
  defineEmulator,
  type Emulator,
  type InboxEntry,
  type Operation,
  type Push,
  type PushAbout,
  type Pushes,
  type Settings,
} from "./emulator.ts";
export { type ErrorFault, FAULTS, type FaultKind } from "./faults.ts";
export { type Generated, generated } from "./generated.ts";
export { googleError, googleGrant, googleLogin } from "./google.ts";
export { HOST_CRM, HOST_EVENTS_SECRET } from "./host.ts";
export { type Html, html, page } from "./html.ts";
export { mac, sha256 } from "./mac.ts";
export { MEDIA, mediaFile } from "./media.ts";
export { pdf } from "./pdf.ts";
export { type Person, personOf } from "./people.ts";
export { anotherSecret, happenedAt, respaced, type SignedPush, withAnotherCharacter } from "./pushes.ts";
export { BadQuery, type Cell, comparisons, picked, readSelect, type Select } from "./query-language.ts";
export { empty, json, type Reply, refuse, text } from "./reply.ts";
export { type RunningHash, runningHash } from "./running-hash.ts";
export type { Collection, State } from "./state.ts";
