export default {
  // A person, a lead and an organization the emulator has: what comes before the request that saves is then always the same.
  samples: {
    "crm/sync_lead": {
      phone: "+12025550101",
      email: "ada@example.com",
      fields: { ["a".repeat(40)]: 12, ["c".repeat(40)]: "1;3" },
    },
    "crm/find_lead": { phone: "+12025550102", email: "ada@example.com", fields: ["a".repeat(40)] },
    "crm/fetch_leads": { limit: 2, where: [{ field: "name", equals: "Ada Byron" }] },
  },
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Pipedrive signs nothing: it sends a password along, so each event is looked up before it is believed",
    },
  ],
};
