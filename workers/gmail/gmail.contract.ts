export default {
  samples: { "crm/send_email": { from: "jobs@sandbox-plumbing.example" }, "crm/list_email_templates": { page: "0" } },
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Google signs whose notice it is, and nothing of what it says: what came back is looked up in the mailbox",
    },
    {
      law: "an event it looks up is found at the vendor, and one that never was is not",
      reason: "a notice says only that the mailbox changed: whatever came back stands for it; tried in webhook.test.ts",
    },
  ],
};
