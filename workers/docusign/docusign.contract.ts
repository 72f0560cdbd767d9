export default {
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "userinfo is of Docusign's account server, which the description of its eSignature API leaves out",
    },
  ],
};
