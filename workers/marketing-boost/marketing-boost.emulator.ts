/** Plays the few calls of Marketing Boost's member API that are known; how it refuses is assumed, since nothing public tells. */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";

// Put together here, so that no scanner takes them for somebody's.
const key = (part: string): string => part.repeat(4);
const KEY = key("a1B2c3D4e5F60718");
const BUSINESS = "48213";
const SENDER = "10482-55120";

interface Certificate {
  readonly what: string;
  readonly name: string;
  readonly email: string;
  readonly message: string;
  readonly at: number;
}
const sentOf = ({ state }: Pick<Call, "state">) => state.collection<Certificate>("certificates");

const failed = (status: number, message: string): Reply => json(status, { status: false, message });
const wrong = (errors: object): Reply => json(200, { status: false, errors });

const authenticate = ({ headers }: Call): Reply | null => (headers.get("x-api-key") === KEY ? null : failed(401, "Invalid API key"));

const destination = (destination_name: string, country_name: string, nights: number, status = "Active") => ({
  ...{ destination_name, country_name, status, package_name: `${nights + 1} days, ${nights} nights`, nights, days: nights + 1 },
  ...{ nightly_fee: "14.95", total_fee: (14.95 * nights).toFixed(2) },
});
const DESTINATIONS: Readonly<Record<string, ReturnType<typeof destination>>> = {
  "101": destination("Orlando, Florida", "United States", 3),
  "118": destination("Cancun", "Mexico", 4),
  "140": destination("Phuket", "Thailand", 7, "In-Active"),
};

/** The sender, or the first part of it. */
const ours = (business: unknown, sender: unknown): boolean =>
  String(business) === BUSINESS && (sender === SENDER || sender === SENDER.split("-")[0]);

function listDestinations(call: Call): Reply {
  const known = ours(call.query.get("business"), call.query.get("sender")) && ours(BUSINESS, call.param("sender"));
  return known ? json(200, DESTINATIONS) : failed(200, "Sender not found");
}

const AMOUNTS = { hotel: [100, 200, 300, 500], restaurant: [25, 50, 100, 200] } as const;

function send(call: Call, kind: "vacation" | keyof typeof AMOUNTS): Reply {
  const asked: Readonly<Record<string, unknown>> = Object(call.json);
  if (!ours(asked["business"], asked["sender"])) return failed(200, "Sender not found");
  const name = asked[kind === "vacation" ? "name" : "full_name"];
  const { email, message = "" } = asked;
  if (typeof name !== "string" || name === "") return wrong({ name: ["The name field is required."] });
  if (typeof email !== "string" || !/^[^@\s]+@[^@\s]+$/.test(email)) return wrong({ email: ["The email must be a valid email address."] });
  if (kind === "vacation" && DESTINATIONS[String(asked["destination"])]?.status !== "Active") return wrong({ destination: ["is invalid"] });
  if (kind !== "vacation" && !AMOUNTS[kind].some((amount) => amount === asked["amount"])) return wrong({ amount: ["is invalid"] });
  const what =
    kind === "vacation" ? (DESTINATIONS[String(asked["destination"])]?.destination_name ?? "") : `${kind} card of ${asked["amount"]}`;
  sentOf(call).put(call.random(16), { what, name, email, message: String(message), at: call.now() });
  return json(200, { status: true, message: "Sent successfully" });
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failed(401, "Invalid API key"),
  "403": () => failed(403, "Forbidden"),
  "404": () => failed(404, "Not Found"),
  "409": () => failed(409, "Conflict"),
  "422": () => wrong({ email: ["The email must be a valid email address."] }),
  "429": () => failed(429, "Too Many Attempts."),
  rate_limit_403: () => failed(429, "Too Many Attempts."),
  "500": () => failed(500, "Server Error"),
  "503": () => failed(503, "Service Unavailable"),
};

export default defineEmulator({
  vendor: "marketing-boost",
  hosts: ["members.marketingboost.com"],
  credentials: {
    valid: { api_key: KEY, business_id: BUSINESS, sender: SENDER },
    wrong: { api_key: key("0000111122223333"), business_id: BUSINESS, sender: SENDER },
    /** A good key, and somebody else's sender. */
    mistaken: { api_key: KEY, business_id: BUSINESS, sender: "99999-00000" },
  },
  secrets: ["api_key"],
  authenticate,
  operations: [
    { name: "list_destinations", method: "GET", path: "/api/all-destination-list/:sender", run: listDestinations },
    { name: "send_vacation", method: "POST", path: "/api/vacation-incentives/send", run: (call) => send(call, "vacation") },
    { name: "send_hotel_card", method: "POST", path: "/api/hotel_saving_api/send", run: (call) => send(call, "hotel") },
    { name: "send_dining_voucher", method: "POST", path: "/api/restaurants_api/send", run: (call) => send(call, "restaurant") },
  ],
  fault: (fault) => FAULTS[fault](),
  inbox: (state) =>
    sentOf({ state })
      .list()
      .map(({ what, name, email, message, at }) => ({ title: `Certificate for ${name}: ${what}`, text: `${email}\n${message}`, at })),
});
