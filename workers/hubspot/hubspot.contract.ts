export default {
  // A contact the emulator has: what comes before the request that saves is then always the same.
  samples: {
    "crm/save_contact": { email_or_phone: "ada@example.com", email: "ada@example.com", phone: "+12025550101" },
    "crm/sync_lead": { phone: "+12025550101", email: "ada@example.com", fields: { roof_age: 12, wants_financing: true, visit_on: null } },
    "crm/find_lead": { phone: "+12025550102", email: "ada@example.com", fields: ["roof_age"] },
    "crm/fetch_leads": { limit: 2, where: [{ field: "lastname", equals: "Byron" }], fields: ["roof_age"] },
  },
  exempt: [
    { law: "reads only GET", tool: "crm/find_contact", reason: "HubSpot searches by POST: the question has a body" },
    { law: "reads only GET", tool: "crm/find_lead", reason: "HubSpot searches by POST: the question has a body" },
    { law: "reads only GET", tool: "crm/fetch_leads", reason: "HubSpot searches by POST: the question has a body" },
    { law: "reads only GET", tool: "test", reason: "a token is introspected by POST, so that it is in no address (RFC 7662)" },
    { law: "404 is NotFound", tool: "crm/find_lead", reason: "HubSpot says by 404 that nobody has the address, which is an empty list" },
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "the description was made before the date-versioned OAuth endpoints, which take the place of those it has in February 2027",
    },
  ],
};
