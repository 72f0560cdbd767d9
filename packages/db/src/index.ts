export { type AccountRow, accountOwners, deleteAccount, saveAccount } from "./accounts.ts";
export { type CallFilter, type CallRecord, listCalls, saveCalls } from "./calls.ts";
export { deleteContractor, saveContractor } from "./contractors.ts";
export {
  countEvents,
  EVENT_STATES,
  type EventFilter,
  type EventPlace,
  type EventState,
  eventPlace,
  getEvent,
  type ListedEvent,
  listEvents,
  MOST_COUNTED,
  ownEvents,
} from "./events-list.ts";
export {
  getLead,
  type Lead,
  type LeadFilter,
  type LeadKey,
  type Likeness,
  leadTimeline,
  listLeads,
  noteLikeness,
  type Sighting,
  sightLead,
  type TimelineEntry,
} from "./leads.ts";
export { countQuarantined } from "./quarantine.ts";
