export default {
  // A video that the emulator has ready.
  samples: { "crm/get_video": { video_id: "d7e6c0f3-6699-4f6c-bb45-2ad7fd9158ff" } },
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "crm/generate_video",
      reason: "hf_webhook stands in its documentation of webhooks, and not in its description",
    },
    {
      law: "each request is one the vendor's own description allows",
      tool: "crm/get_video",
      reason: "its second request fetches the film from where the first one's answer says it is",
    },
    {
      law: "403 is PermissionError",
      tool: "crm/get_video",
      reason: "where films are kept, a 403 says that this one is there no more, and nothing of the key, which is not sent there",
    },
    {
      law: "truncated JSON is VendorUnavailable",
      tool: "crm/get_video",
      reason: "its second answer is a film, which ends where it ends: one that breaks off on the way is held to another law",
    },
    {
      law: "404 is NotFound",
      tool: "test",
      reason: "Higgsfield has no request that tells whose key it is: a known key is told that a request nobody made is not found",
    },
  ],
};
