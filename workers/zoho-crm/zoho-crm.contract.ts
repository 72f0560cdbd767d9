const QUERY = "Zoho takes queries by POST: the question is in the body";

export default {
  // A lead the emulator has: the first request is then the one that saves.
  samples: { "crm/sync_lead": { crm_id: "6400000000000005000", fields: { Lead_Source: "Advertisement", No_of_Employees: 5 } } },
  exempt: [
    { law: "reads only GET", tool: "crm/find_lead", reason: QUERY },
    { law: "reads only GET", tool: "crm/fetch_leads", reason: QUERY },
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Zoho signs nothing: it repeats a token in the body, so each event is looked up before it is believed",
    },
  ],
};
