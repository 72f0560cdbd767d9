export { runIdOf, type Triggering, workflowsConsumer } from "./consumer.ts";
export { type CrmField, CrmFields, type Mapped, type MappingIssue, mappingIssues } from "./crm-fields.ts";
export * from "./definition.ts";
export { type Draft, draftIssues, draftSteps, readDraft } from "./draft.ts";
export { startDue } from "./due.ts";
export { CrmPage, type FetchOrder, type FetchRpc, type FetchView, NO_COUNTS, pageInput, type StartFetch } from "./fetch.ts";
export { fetchObject } from "./fetch-object.ts";
export type { FetchReach } from "./fetch-work.ts";
export { type Field, RESOURCES, type ResourceType } from "./fields.ts";
export { choose, holds, type Journaled, type Next, next } from "./flow.ts";
export type { Issue } from "./issue-words.ts";
export { type JunctionReach, junctionVendor } from "./junction.ts";
export type { Reach } from "./reach.ts";
export * from "./run.ts";
export { runObject } from "./run-object.ts";
export { nextTime, scheduleIssue } from "./schedule.ts";
export { definitionSchema } from "./schema.ts";
export { ANYWHERE, scopeAt, valuesOf } from "./scope.ts";
export { runLead, type StartAsk, type Started, type Starting, startRun, startRuns } from "./start.ts";
export { STARTERS, type Starter } from "./starters.ts";
export { BadValue, instant } from "./step-values.ts";
export {
  type ConnectionNeed,
  callOf,
  type DraftStep,
  fieldsOf,
  type Loaded,
  needs,
  outputsOf,
  type ResourceNeed,
  STEPS,
  type StepCall,
  type StepOutput,
  texts,
} from "./steps.ts";
export { eraseRuns, type Sweeping, sweepRuns } from "./sweep.ts";
export {
  check,
  type Goes,
  MissingValue,
  missingIn,
  render,
  renderLoosely,
  type Scope,
  type ScopeName,
  type TemplateIssue,
  type Values,
} from "./template.ts";
export { type TimingVars, timingOf } from "./timing.ts";
export { type ActivationIssue, activationIssues, breaksWithout, type Has, type Needs, needsOf } from "./validate.ts";
export { workReason } from "./work.ts";
