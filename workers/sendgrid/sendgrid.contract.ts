export default {
  samples: { "crm/send_email": { from: "jobs@sandbox-plumbing.example" }, "crm/list_email_templates": { page: "t0" } },
  exempt: [
    {
      law: "its effects can be tried again or looked up after a lost answer",
      tool: "crm/send_email",
      reason: "SendGrid has no key for repeats and no way to look an email up by what was sent: a person is asked",
    },
  ],
};
