export default {
  samples: {
    "crm/list_ad_accounts": { page: btoa("act_1047295830470000") },
    "crm/list_campaigns": { account_id: "act_1047295830470001", page: btoa("120210000000000456") },
    "crm/update_campaign": { account_id: "act_1047295830470001", campaign_id: "120210000000000456" },
    "crm/get_ad_performance": { account_id: "act_1047295830470001", campaign_id: "120210000000000456", page: btoa("120210000000000456") },
    "crm/list_lead_forms": { page_id: "104729583047001", page: btoa("339247250000123") },
    "crm/create_lead_form": { page_id: "104729583047001" },
  },
};
