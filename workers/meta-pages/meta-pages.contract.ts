export default {
  samples: { "crm/post_to_social": { page_id: "104729583047001" } },
};
