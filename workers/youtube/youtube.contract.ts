export default {
  samples: { "crm/upload_video": { platform: "youtube" }, "crm/get_video_status": { platform: "youtube" } },
  exempt: [
    {
      law: "each request is one the vendor's own description allows",
      tool: "crm/upload_video",
      reason: "the description ends where an upload begins: how its bytes are sent stands in YouTube's guide to resumable uploads",
    },
  ],
};
