export default {
  samples: {
    "google-maps/compute_route": {
      origin: "1600 Amphitheatre Parkway, Mountain View, CA",
      destination: "1 Hacker Way, Menlo Park, CA",
    },
  },
  exempt: [
    { law: "reads only GET", tool: "google-maps/compute_route", reason: "the Routes API takes its question by POST" },
    { law: "reads only GET", tool: "test", reason: "it asks the Routes API too, which takes its question by POST" },
    { law: "404 is NotFound", tool: "crm/geocode_address", reason: "an address that is not found is an answer: an empty list" },
    {
      law: "409 is Conflict",
      tool: "crm/geocode_address",
      reason: "the Geocoding API knows no conflict: UNKNOWN_ERROR is its nearest word",
    },
    { law: "409 is Conflict", tool: "test", reason: "its first call is to the Geocoding API, which knows no conflict" },
  ],
};
