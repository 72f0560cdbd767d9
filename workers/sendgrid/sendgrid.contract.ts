export default {
  samples: { "crm/send_email": { from: "jobs@sandbox-plumbing.example" }, "crm/list_email_templates": { page: "t0" } },
};
