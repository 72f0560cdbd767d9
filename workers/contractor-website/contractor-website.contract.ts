export default {
  samples: { "crm/list_reviews": { page: "review:1" }, "crm/list_projects": { page: "1" } },
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "the description holds the routes, and not the index that names them",
    },
  ],
};
