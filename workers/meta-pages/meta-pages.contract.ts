export default { samples: { "meta-pages/receive_leads": { page_id: "104729583047001" } } };
