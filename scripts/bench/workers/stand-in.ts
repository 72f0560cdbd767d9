/** The vendors, as fast as can be: fixed answers in the vendors' own words, and a count of what was asked. */
import { WorkerEntrypoint } from "cloudflare:workers";

/** The stack binds the gateway to it; nothing measured here sends mail. */
export class Mailbox extends WorkerEntrypoint {}

const SMS = JSON.stringify({
  sid: "SM0123456789abcdef0123456789abcdef",
  account_sid: "AC0123456789abcdef0123456789abcdef",
  api_version: "2010-04-01",
  body: "Your technician arrives at 9.",
  date_created: "Mon, 16 Nov 2026 09:00:00 +0000",
  date_sent: null,
  date_updated: "Mon, 16 Nov 2026 09:00:00 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+12025550100",
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "1",
  price: null,
  price_unit: "USD",
  status: "queued",
  subresource_uris: {
    media: "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef/Media.json",
  },
  to: "+12025550123",
  uri: "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef.json",
});
const PLACES = JSON.stringify({
  results: [
    {
      formatted_address: "1600 Pennsylvania Avenue NW, Washington, DC 20500, USA",
      geometry: { location: { lat: 38.8976633, lng: -77.0365739 }, location_type: "ROOFTOP" },
      place_id: "ChIJGVtI4by3t4kRr51d_Qm_x58",
      types: ["establishment", "point_of_interest"],
    },
  ],
  status: "OK",
});
/** With its length declared, as these vendors do. */
const answer = (text: string, status: number) =>
  new Response(text, { status, headers: { "content-type": "application/json", "content-length": String(text.length) } });
let asked = 0;

export default {
  fetch({ url }) {
    if (url.endsWith("/sandbox/asked")) return Response.json(asked);
    asked++;
    return url.includes("maps.googleapis.com") ? answer(PLACES, 200) : answer(SMS, 201);
  },
} satisfies ExportedHandler;
