const RETRIES = "its retries go on for three days with the time of the first, so a shorter window would turn real events away";
export default {
  samples: {
    // The emulator's own: a contract's id leads to one that was sent.
    "crm/remind_contract": { contract_id: "sent before" },
    "crm/list_contract_templates": { page: "2" },
  },
  exempt: [
    {
      law: "409 is Conflict",
      reason: "its 409 says that the same is under way already, or that a file is still being made: what comes of it is not known yet",
    },
    {
      law: "truncated JSON is VendorUnavailable",
      tool: "crm/download_contract",
      reason: "it answers with a PDF, which ends where it ends: one that breaks off on the way is held to the next law",
    },
    { law: "what it signs the time of is taken for an hour at most", reason: RETRIES },
    {
      law: "a delivery changed after it was signed is forged",
      reason: "its hash covers the event's time and type alone, so each event is looked up before it is believed",
    },
  ],
};
