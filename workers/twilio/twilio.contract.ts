export default {
  // As the list itself gives it.
  samples: {
    "crm/list_phone_numbers": { page: "PAPN5a6db0c1e2f34a5b8c7d9e0f1a2b3c40" },
    "crm/get_voicemail": { recording_id: "RE5a6db0c1e2f34a5b8c7d9e0f1a2b3c40" },
  },
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "crm/get_voicemail",
      reason: "the description that is held here leaves recordings out; Twilio's page on them has the address of their media",
    },
    {
      law: "truncated JSON is VendorUnavailable",
      tool: "crm/get_voicemail",
      reason: "it answers with audio, which ends where it ends: one that breaks off on the way is held to the next law",
    },
    {
      law: "a probe finds what was done, and nothing where nothing was",
      tool: "crm/place_call",
      reason:
        "Twilio does not say what a call was told to do: what was called from here in those seconds is taken for it, since a phone that rings twice is worse",
    },
  ],
};
