export default {
  samples: { "crm/list_calendars": { page: "P0" } },
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Google signs nothing, and says only that something changed: a token known to both is all the proof there is",
    },
    { law: "404 is NotFound", tool: "crm/delete_event", reason: "an event that is gone already is as removed as it can be" },
    {
      law: "reads only GET",
      tool: "crm/check_availability",
      reason: "Google asks for free and busy times by POST: the question has a body",
    },
  ],
};
