const QUERY = "the description leaves out queries and searches, which every organization has";

export default {
  // A lead the emulator has: the first request is then the one that saves.
  samples: { "crm/sync_lead": { crm_id: "00Q5g0000000000EAA", fields: { LeadSource: "Web", AnnualRevenue: 5 } } },
  exempt: [
    { law: "each request is one the vendor's own description allows", tool: "crm/find_lead", reason: QUERY },
    { law: "each request is one the vendor's own description allows", tool: "crm/fetch_leads", reason: QUERY },
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Salesforce signs nothing: the token stands in the address, so each event is looked up before it is believed",
    },
  ],
};
