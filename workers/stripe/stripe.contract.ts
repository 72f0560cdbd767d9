export default {
  samples: { "crm/charge_card": { customer_id: "cus_SandboxAda", payment_method_id: "pm_SandboxAda" } },
  exempt: [],
};
