export default {
  exempt: [
    { law: "404 is NotFound", tool: "crm/delete_event", reason: "an event that is gone already is as removed as it can be" },
    { law: "404 is NotFound", tool: "crm/remove_calendar_event", reason: "an event that is gone already is as removed as it can be" },
    {
      law: "a caller's text stays in its own segment, parameter or field",
      tool: "crm/list_calendar_changes",
      reason: "the cursor stands within an element, where XML has & and quotes as character references",
    },
    {
      law: "a caller's text stays in its own segment, parameter or field",
      tool: "crm/get_calendar_events",
      reason: "events are named by their addresses within the question, where the calendar is one encoded segment",
    },
    { law: "reads only GET", tool: "crm/list_calendar_changes", reason: "CalDAV tells what changed by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/get_calendar_events", reason: "CalDAV gives several events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/list_busy_times", reason: "CalDAV asks for events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/list_events", reason: "CalDAV asks for events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/check_availability", reason: "iCloud answers no free-busy query: it is made of a REPORT" },
    { law: "reads only GET", tool: "crm/list_calendars", reason: "CalDAV lists calendars by PROPFIND: the question has a body" },
    { law: "reads only GET", tool: "test", reason: "CalDAV's discovery asks by PROPFIND: the question has a body" },
  ],
};
