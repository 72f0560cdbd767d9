export default {
  samples: { "crm/post_to_facebook": { page_id: "104729583047001" } },
};
