/** The contract suite of the vendor family: its laws as data, and what they are tried on. */
import { EFFECT_LAWS } from "./laws/effects.ts";
import { FAULT_LAWS } from "./laws/faults.ts";
import { FORGERY_LAWS } from "./laws/forgery.ts";
import { MANIFEST_LAWS } from "./laws/manifest.ts";
import { ODD_LAWS } from "./laws/odd.ts";
import { QUESTION_LAWS } from "./laws/questions.ts";
import { REQUEST_LAWS } from "./laws/requests.ts";
import { SOURCE_LAWS } from "./laws/source.ts";
import { BELIEVED_LAWS } from "./laws/webhook.ts";
import { DECLARED_LAWS } from "./laws/webhook-manifest.ts";

export { type Description, description, readDescription } from "./description.ts";
export { freePort } from "./free-port.ts";
export { type Hooks, openHooks } from "./hooks.ts";
export { Contract, type Law, type Violation, verdict } from "./law.ts";
export { DESCRIBED, describedLaw } from "./laws/described.ts";
export { type Member, type Mutants, member, membersOnDisk, type Rig, startRig } from "./rig.ts";
export { openStage, type Stage } from "./stage.ts";
export { loadSubject, type Subject } from "./subject.ts";
export { failed, type Trial, trial } from "./trial.ts";

/** Laws of a vendor at rest. */
export const RESTING_LAWS = [...SOURCE_LAWS, ...MANIFEST_LAWS, ...DECLARED_LAWS];
/** Laws of a vendor at work: those that may leave its emulator changed come last. */
export const WORKING_LAWS = [...REQUEST_LAWS, ...FAULT_LAWS, ...EFFECT_LAWS, ...ODD_LAWS];
/** Laws of a vendor's webhook at work. */
export const WEBHOOK_LAWS = [...BELIEVED_LAWS, ...QUESTION_LAWS, ...FORGERY_LAWS];
