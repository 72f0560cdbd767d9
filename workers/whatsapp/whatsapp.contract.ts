export default {
  samples: {
    "crm/send_whatsapp": { from: "106853218861309" },
    "crm/list_whatsapp_templates": { page: "QVFIVTI=" },
    "crm/list_whatsapp_numbers": { page: "QVFIVTI=" },
  },
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "crm/list_whatsapp_templates",
      reason: "the description leaves out the Graph API's own parameters of fields and paging, which Meta's pages have",
    },
  ],
};
