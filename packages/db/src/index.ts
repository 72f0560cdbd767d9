export { type AccountRow, accountOwners, accountsOfPart, deleteAccount, saveAccounts } from "./accounts.ts";
export { type BusyTime, busyBetween, replaceBusy } from "./calendar-busy.ts";
export {
  type CalendarConflict,
  type Disputed,
  decideConflict,
  decidedConflicts,
  endConflict,
  isDisputed,
  keepConflicts,
  listConflicts,
} from "./calendar-conflicts.ts";
export {
  type EventFields,
  type Link,
  linkOfJob,
  linksOfEvents,
  meetLinks,
  saveLink,
  unmetLinks,
  unsettledJobs,
} from "./calendar-links.ts";
export {
  type CalendarSync,
  type Channel,
  calendarsOfJobs,
  changeCalendarSync,
  chooseCalendar,
  dueCalendarSyncs,
  getCalendarSync,
  listCalendarSyncs,
} from "./calendar-syncs.ts";
export { getCallRouting, listCallRoutings, type RoutingRow, removeCallRouting, saveCallRouting } from "./call-routings.ts";
export { type CallFilter, type CallRecord, listCalls, saveCalls } from "./calls.ts";
export { deleteContractor, saveContractor } from "./contractors.ts";
export {
  type Attempt,
  addDeliveries,
  attemptsOf,
  type ClaimedDelivery,
  claimDeliveries,
  DELIVERY_STATES,
  type DeliveryState,
  deliveryState,
  dueSubscriptions,
  listDeliveries,
  purgeDeliveries,
  replayDelivery,
  settleDelivery,
} from "./deliveries.ts";
export { leadOfEvent, leadsThere } from "./event-leads.ts";
export {
  claimHeads,
  connectionsHolding,
  contractorsDue,
  type EventRow,
  expireQuarantined,
  freeLost,
  insertEvents,
  insertRaw,
  type LeadEvent,
  MAX_PAYLOAD,
  type NewEvent,
  noteRaw,
  purgeEvents,
  quarantined,
  type RawKey,
  type ReplayFilter,
  reopenEvents,
  replaceRaw,
  type Settled,
  settleEvents,
} from "./events.ts";
export {
  countEvents,
  EVENT_STATES,
  type EventFilter,
  type EventPlace,
  type EventState,
  eventPayloads,
  eventPlace,
  getEvent,
  type ListedEvent,
  listEvents,
  MOST_COUNTED,
} from "./events-list.ts";
export { FETCH_STATES, type FetchCounts, type FetchRow, type FetchState, getFetch, listFetches, saveFetch } from "./fetches.ts";
export {
  addFile,
  addFileLink,
  anyFiles,
  completeFile,
  expiredFiles,
  type FileRow,
  fileByLink,
  forgetFiles,
  getFiles,
  listFiles,
  purgeFileLinks,
} from "./files.ts";
export {
  addJob,
  changeJob,
  forgetDeletedJobs,
  getJob,
  getJobs,
  JOB_STATES,
  type Job,
  type JobChange,
  type JobException,
  type JobFilter,
  type JobStatus,
  listJobs,
} from "./jobs.ts";
export { addLead, type LeadChange, type LeadPatch, mergeLeads, type NewLead, patchLead, removeLead, type Taken } from "./lead-edits.ts";
export { apart, type Intake, type Known, knownLeads, type TakenIn, takeIn } from "./lead-intake.ts";
export {
  type Base,
  type BaseField,
  beginSync,
  type LeadSync,
  leadSync,
  leadSyncOf,
  saveSync,
  syncSaved,
  syncsBegun,
  type Written,
} from "./lead-syncs.ts";
export {
  getLead,
  type Lead,
  type LeadFilter,
  type LeadKey,
  type Likeness,
  listLeads,
  noteLikeness,
  type Sighting,
  sightLead,
} from "./leads.ts";
export { countQuarantined } from "./quarantine.ts";
export {
  addRun,
  countNeedy,
  countRuns,
  dropWait,
  getRun,
  type ListedRun,
  lateRuns,
  listRuns,
  loseRun,
  NO_RUNS,
  RUN_STATES,
  type RunCounts,
  type RunFilter,
  type RunRow,
  type RunWait,
  saveRun,
  saveWait,
  waitingFor,
} from "./runs.ts";
export { type AreaRow, listServiceAreas, removeServiceArea, saveServiceArea } from "./service-areas.ts";
export {
  addSubscription,
  changeSubscription,
  disableSubscription,
  getSubscription,
  listSubscriptions,
  markFailing,
  markWorking,
  removeSubscription,
  type Subscription,
  type SubscriptionState,
  subscribersTo,
} from "./subscriptions.ts";
export { addTemplate, changeTemplate, getTemplate, listTemplates, removeTemplate, type Template } from "./templates.ts";
export { leadTimeline, type TimelineEntry, type TimelineNote, type TimelineState, upsertTimeline } from "./timeline.ts";
export {
  type ActiveWorkflow,
  activateWorkflow,
  activeWorkflow,
  addWorkflow,
  deactivateWorkflow,
  dueWorkflows,
  findWorkflows,
  getWorkflow,
  listActiveWorkflows,
  listWorkflows,
  removeWorkflow,
  saveDraft,
  scheduleNext,
  WORKFLOW_STATES,
  type Workflow,
  type WorkflowState,
  workflowVersion,
} from "./workflows.ts";
