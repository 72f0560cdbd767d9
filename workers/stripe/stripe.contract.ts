const UNDESCRIBED = "the published description here leaves subscriptions out: these follow the types of Stripe's own SDK";
const DESCRIBED = "each request is one the vendor's own description allows";
const card = { customer_id: "cus_SandboxAda", payment_method_id: "pm_SandboxAda" };
export default {
  samples: { "crm/charge_card": card, "crm/create_subscription": card },
  exempt: [
    {
      law: "a caller's text stays in its own segment, parameter or field",
      tool: "crm/find_customer",
      reason: "a name goes into a search language, of which it keeps letters and digits alone: what it may say there is tested beside it",
    },
    {
      law: "409 is Conflict",
      reason: "Stripe's 409 says that the first request with this key is still under way: what it does is not known yet",
    },
    { law: DESCRIBED, tool: "crm/create_subscription", reason: UNDESCRIBED },
    { law: DESCRIBED, tool: "crm/cancel_subscription", reason: UNDESCRIBED },
  ],
};
