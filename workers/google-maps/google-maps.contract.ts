const POSTED = ["test", "crm/get_route", "crm/get_distances", "crm/optimize_route"];
const LEGACY = ["crm/geocode_address", "crm/reverse_geocode"];

export default {
  exempt: [
    ...POSTED.map((tool) => ({ law: "reads only GET", tool, reason: "the Routes API takes its question by POST" })),
    ...LEGACY.map((tool) => ({ law: "404 is NotFound", tool, reason: "what is not found is an answer: an empty list" })),
    ...[...LEGACY, "test"].map((tool) => ({
      law: "409 is Conflict",
      tool,
      reason: "the Geocoding API knows no conflict: UNKNOWN_ERROR is its nearest word",
    })),
  ],
};
