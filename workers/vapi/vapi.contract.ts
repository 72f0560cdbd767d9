export default {
  // The assistant and the number that the emulator has.
  samples: {
    "crm/start_ai_call": {
      assistant_id: "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb",
      phone_number_id: "99999999-9999-9999-9999-999999999999",
      variables: { job: "Water heater" },
    },
    "crm/list_ai_assistants": { page: "2026-01-05T09:00:00.000Z" },
    "crm/list_ai_phone_numbers": { page: "2026-01-05T09:00:00.000Z" },
  },
};
