export default {
  // As the list itself gives it.
  samples: { "crm/list_phone_numbers": { page: "PAPN5a6db0c1e2f34a5b8c7d9e0f1a2b3c40" } },
  exempt: [
    {
      law: "a probe finds what was done, and nothing where nothing was",
      tool: "crm/place_call",
      reason:
        "Twilio does not say what a call was told to do: what was called from here in those seconds is taken for it, since a phone that rings twice is worse",
    },
  ],
};
