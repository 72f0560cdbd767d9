const QUERY = "Google Ads takes queries by POST: the question is in the body";

export default {
  samples: {
    "crm/list_ad_accounts": { page: "1" },
    "crm/list_campaigns": { account_id: "4471029583", page: "20000" },
    "crm/update_campaign": { account_id: "4471029583", campaign_id: "20001" },
    "crm/get_ad_performance": { account_id: "4471029583", campaign_id: "20001", page: "20000" },
    "crm/list_keywords": { account_id: "4471029583", campaign_id: "20001", page: "30001~501" },
    "crm/update_keyword": { account_id: "4471029583", keyword_id: "30001~501" },
    "crm/report_conversion": { account_id: "4471029583", goal_id: "700101" },
  },
  exempt: [
    ...["crm/list_ad_accounts", "crm/list_campaigns", "crm/get_ad_performance", "crm/list_keywords", "test"].map((tool) => ({
      ...{ law: "reads only GET", tool, reason: QUERY },
    })),
  ],
};
