export default {
  // A contact the emulator has: the first request of saving it is then the one that saves.
  samples: { "crm/save_contact": { email_or_phone: "ada@example.com", email: "ada@example.com" } },
  exempt: [
    { law: "reads only GET", tool: "crm/find_contact", reason: "HubSpot searches by POST: the question has a body" },
    { law: "reads only GET", tool: "test", reason: "a token is introspected by POST, so that it is in no address (RFC 7662)" },
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "the description was made before the date-versioned OAuth endpoints, which take the place of those it has in February 2027",
    },
  ],
};
