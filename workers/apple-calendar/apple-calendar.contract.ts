export default {
  exempt: [
    { law: "404 is NotFound", tool: "crm/delete_event", reason: "an event that is gone already is as removed as it can be" },
    { law: "404 is NotFound", tool: "crm/remove_calendar_event", reason: "an event that is gone already is as removed as it can be" },
    { law: "reads only GET", tool: "crm/list_calendar_changes", reason: "CalDAV tells what changed by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/get_calendar_events", reason: "CalDAV gives several events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/list_busy_times", reason: "CalDAV asks for events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/list_events", reason: "CalDAV asks for events by REPORT: the question has a body" },
    { law: "reads only GET", tool: "crm/check_availability", reason: "iCloud answers no free-busy query: it is made of a REPORT" },
    { law: "reads only GET", tool: "crm/list_calendars", reason: "CalDAV lists calendars by PROPFIND: the question has a body" },
    { law: "reads only GET", tool: "test", reason: "CalDAV's discovery asks by PROPFIND: the question has a body" },
  ],
};
