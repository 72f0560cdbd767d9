const PROFILE = "accounts/104729583047000000001/locations/5501047295830470001";
export default {
  samples: {
    "crm/list_business_profiles": { page: "104729583047000000001:AP0" },
    "crm/post_to_google": { page_id: PROFILE },
    "crm/list_reviews": { profile: PROFILE, page: "AP0" },
    "crm/reply_to_review": { review_id: `${PROFILE}/reviews/AbFvOqSandboxReview1` },
  },
};
