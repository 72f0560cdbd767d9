export default {
  // As the list itself gives it.
  samples: { "crm/list_phone_numbers": { page: "PAPN1b2c3d4e5f60718293a4b5c6d7e8f90a" } },
};
