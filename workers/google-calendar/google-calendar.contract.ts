export default {
  samples: { "crm/list_calendars": { page: "P0" } },
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Google signs nothing, and says only that something changed: a token known to both is all the proof there is",
    },
    { law: "404 is NotFound", tool: "crm/delete_event", reason: "an event that is gone already is as removed as it can be" },
    { law: "404 is NotFound", tool: "crm/remove_calendar_event", reason: "an event that is gone already is as removed as it can be" },
    { law: "404 is NotFound", tool: "crm/get_calendar_events", reason: "which of the events are not there is what it answers" },
    { law: "404 is NotFound", tool: "crm/put_calendar_event", reason: "an id that is taken by what is not there was removed: a conflict" },
    { law: "404 is NotFound", tool: "crm/unwatch_calendar", reason: "a channel that has ended is as closed as it can be" },
    {
      law: "an idempotent action done twice under one key is done once",
      tool: "crm/watch_calendar",
      reason: "Google opens a channel's id once, and does not say again what would stop it: the channel ends by itself",
    },
    {
      law: "reads only GET",
      tool: "crm/check_availability",
      reason: "Google asks for free and busy times by POST: the question has a body",
    },
  ],
};
