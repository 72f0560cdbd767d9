export default {
  exempt: [
    {
      law: "404 is NotFound",
      tool: "test",
      reason: "Higgsfield has no request that tells whose key it is: a known key is told that a request nobody made is not found",
    },
  ],
};
