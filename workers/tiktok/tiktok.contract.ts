export default {
  samples: { "crm/upload_video": { platform: "tiktok" }, "crm/get_video_status": { platform: "tiktok" } },
  exempt: [
    {
      law: "its manifest is whole and agrees with itself",
      reason: "the test call needs user.info.basic: whose account it is can be had with it alone",
    },
    {
      law: "its effects can be tried again or looked up after a lost answer",
      tool: "crm/upload_video",
      reason:
        "TikTok has no key for a repeat, and lists an account's videos only under a scope of its own, only public ones, and hours later: a person looks",
    },
    {
      law: "reads only GET",
      tool: "crm/get_video_status",
      reason: "TikTok is asked what became of a post by POST: the question has a body",
    },
  ],
};
