const PLACED = ["crm/get_route", "crm/get_distances", "crm/optimize_route", "crm/get_service_area"];

export default {
  exempt: [
    ...PLACED.map((tool) => ({
      law: "reads only GET",
      tool,
      reason: "addresses are looked up all at once, which Mapbox takes by POST",
    })),
    {
      law: "reads only GET",
      tool: "crm/get_map_token",
      reason: "a token that expires by itself is made by POST; nothing else comes of it",
    },
    { law: "404 is NotFound", tool: "crm/get_map_token", reason: "so Mapbox says that a token may not make others" },
  ],
};
