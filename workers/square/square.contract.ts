const DESCRIBED = "each request is one the vendor's own description allows";
const UNDESCRIBED =
  "the published description here leaves subscriptions, the catalog and devices out: these follow the types of Square's own SDK";
const card = { customer_id: "SANDBOXADA", payment_method_id: "ccof:sandboxAda" };
export default {
  samples: {
    "crm/find_customer": { query: "ada@example.com" },
    "crm/charge_card": card,
    "crm/create_subscription": card,
    "crm/take_payment_in_person": { terminal_id: "9fa747a2-25ff-48ee-b078-04381f7c828f" },
    "crm/list_payment_terminals": { page: "page-1" },
  },
  exempt: [
    { law: "reads only GET", tool: "crm/find_customer", reason: "Square searches by POST: the question has a body" },
    { law: DESCRIBED, tool: "crm/create_subscription", reason: UNDESCRIBED },
    { law: DESCRIBED, tool: "crm/cancel_subscription", reason: UNDESCRIBED },
    { law: DESCRIBED, tool: "crm/list_payment_terminals", reason: UNDESCRIBED },
  ],
};
