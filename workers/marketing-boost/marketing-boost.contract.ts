export default {
  samples: { "crm/send_reward": { reward_type: "hotel_card", amount_cents: 20_000 } },
  exempt: [
    {
      law: "its effects can be tried again or looked up after a lost answer",
      tool: "crm/send_reward",
      reason: "no key for repeats and no list of what was sent is known: a person is asked",
    },
  ],
};
