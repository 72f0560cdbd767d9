export default { samples: { "crm/send_reward": { option_id: "CAMPAIGN0001" } } };
