export default {
  // The emulator's own.
  samples: {
    "crm/create_speech": { voice_id: "21m00Tcm4TlvDq8ikWAM" },
    "crm/list_voices": { page: "1" },
  },
  exempt: [
    { law: "reads only GET", tool: "crm/create_speech", reason: "a text is handed over by POST; nothing but the audio comes of it" },
    {
      law: "truncated JSON is VendorUnavailable",
      tool: "crm/create_speech",
      reason: "it answers with audio, which ends where it ends: one that breaks off on the way is held to the next law",
    },
  ],
};
