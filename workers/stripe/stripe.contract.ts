export default {
  samples: { "crm/charge_card": { customer_id: "cus_SandboxAda", payment_method_id: "pm_SandboxAda" } },
  exempt: [
    {
      law: "409 is Conflict",
      reason: "Stripe's 409 says that the first request with this key is still under way: what it does is not known yet",
    },
  ],
};
