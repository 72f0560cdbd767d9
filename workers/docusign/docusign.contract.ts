export default {
  samples: { "crm/list_contract_templates": { page: "1" } },
  exempt: [
    {
      law: "truncated JSON is VendorUnavailable",
      tool: "crm/download_contract",
      reason: "it answers with a PDF, which ends where it ends: one that breaks off on the way is held to the next law",
    },
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "userinfo is of Docusign's account server, which the description of its eSignature API leaves out",
    },
    {
      law: "its effects can be tried again or looked up after a lost answer",
      tool: "crm/remind_contract",
      reason: "Docusign takes no key for it and shows no time of the last email: whether one more went out, a person decides",
    },
  ],
};
