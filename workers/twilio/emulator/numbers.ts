/** Twilio's numbers: those on sale, and those the account has. https://www.twilio.com/docs/phone-numbers/api */
import { type Call, json, type Operation, type Reply, type State } from "@junction/sandbox";
import { ACCOUNT, answer, BASE, missing, paged, phone, refuse, rfc2822 } from "./account.ts";

interface Owned {
  readonly sid: string;
  readonly phone_number: string;
  /** It has no texts: a landline that was ported. */
  readonly voiceOnly: boolean;
  readonly at: number;
  readonly updatedAt: number;
  /** What was set, by Twilio's own names: `VoiceUrl`. */
  readonly set: Readonly<Record<string, string>>;
}
const ownedIn = (state: State) => state.collection<Owned>("numbers");

/** Its magic number, one for texts and calls, and one for calls alone. https://www.twilio.com/docs/iam/test-credentials */
export function seedNumbers(state: State): void {
  const at = Date.UTC(2026, 0, 5, 9, 0, 0);
  for (const [index, phone_number] of ["+12025550123", "+15005550006", "+12025550177"].entries()) {
    const sid = `PN5a6db0c1e2f34a5b8c7d9e0f1a2b3c4${index}`;
    ownedIn(state).put(sid, { sid, phone_number, voiceOnly: phone_number === "+12025550177", at, updatedAt: at, set: {} });
  }
}

/** Whether the account can send from it. */
export const owns = ({ state }: Pick<Call, "state">, number: string, what: "sms" | "voice"): boolean =>
  ownedIn(state)
    .list()
    .some(({ phone_number, voiceOnly }) => phone_number === number && (what === "voice" || !voiceOnly));
export const boughtIn = (state: State) =>
  ownedIn(state)
    .list()
    .filter(({ sid }) => !sid.startsWith("PN5a6db0c1"));

const SETTABLE = ["FriendlyName", "VoiceUrl", "VoiceMethod", "StatusCallback", "StatusCallbackMethod", "SmsUrl", "SmsMethod"];
const URLS = ["VoiceUrl", "StatusCallback", "SmsUrl"];

/** What a form sets, or what Twilio has against it. */
function settingsIn(call: Call, before: Owned["set"]): Owned["set"] | Reply {
  const given = SETTABLE.flatMap((name) => (call.form.has(name) ? [[name, call.form.get(name) ?? ""] as const] : []));
  for (const [name, value] of given) {
    if (URLS.includes(name) && value !== "" && !URL.canParse(value)) return refuse(400, 21402, `${name} is not a valid url`);
    if (name.endsWith("Method") && !["GET", "POST"].includes(value)) return refuse(400, 21403, `${name} is not valid`);
    if (name === "FriendlyName" && value.length > 64) return refuse(400, 21404, "FriendlyName is too long");
  }
  return { ...before, ...Object.fromEntries(given) };
}
const isReply = (value: Owned["set"] | Reply): value is Reply => typeof value["status"] === "number";

function shape({ sid, phone_number, voiceOnly, at, updatedAt, set }: Owned): unknown {
  const texts = !voiceOnly;
  return {
    ...{ account_sid: ACCOUNT, address_requirements: "none", address_sid: null, api_version: "2010-04-01", beta: false, bundle_sid: null },
    capabilities: { voice: true, sms: texts, mms: texts, fax: false },
    ...{ date_created: rfc2822(at), date_updated: rfc2822(updatedAt) },
    ...{ emergency_address_sid: null, emergency_address_status: "unregistered", emergency_status: "Inactive" },
    friendly_name: set["FriendlyName"] ?? phone_number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3"),
    ...{ identity_sid: null, origin: "twilio", phone_number, sid },
    ...{ sms_application_sid: "", sms_fallback_method: "POST", sms_fallback_url: "" },
    ...{ sms_method: set["SmsMethod"] ?? "POST", sms_url: set["SmsUrl"] ?? "", status: "in-use" },
    ...{ status_callback: set["StatusCallback"] ?? "", status_callback_method: set["StatusCallbackMethod"] ?? "POST" },
    ...{ trunk_sid: null, type: "local", uri: `/2010-04-01/Accounts/${ACCOUNT}/IncomingPhoneNumbers/${sid}.json` },
    ...{ voice_application_sid: "", voice_caller_id_lookup: false, voice_fallback_method: "POST", voice_fallback_url: null },
    ...{ voice_method: set["VoiceMethod"] ?? "POST", voice_receive_mode: "voice", voice_url: set["VoiceUrl"] ?? null },
  };
}

function list(call: Call): Reply {
  const wanted = call.query.get("PhoneNumber")?.replaceAll("*", "");
  const found = ownedIn(call.state)
    .list()
    .filter(({ phone_number }) => wanted === undefined || phone_number.includes(wanted));
  return paged(call, "incoming_phone_numbers", found, shape);
}

/** Country → how its numbers begin, up to the last digits. */
const PREFIXES: Readonly<Record<string, Readonly<Record<string, (area: string) => string>>>> = {
  US: { Local: (area) => `+1${area || "303"}555`, TollFree: (area) => `+1${area || "833"}555` },
  CA: { Local: (area) => `+1${area || "416"}555` },
  GB: { Local: () => "+44207946", Mobile: () => "+44770090" },
};
const KEYPAD = ["", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"];

/** Numbers that nobody has bought, each the same every time. */
function forSale(call: Call, country: string, kind: string, area: string): readonly string[] | null {
  const prefix = PREFIXES[country]?.[kind]?.(area);
  if (prefix === undefined) return null;
  const all = Array.from({ length: 60 }, (_, at) => `${prefix}0${130 + at}`);
  return all.filter((number) => !owns(call, number, "voice"));
}

function search(call: Call): Reply {
  const kind = call.param("kind");
  const country = call.param("country");
  const numbers = forSale(call, country, kind, call.query.get("AreaCode") ?? "");
  if (numbers === null) return missing(call);
  const digits = (call.query.get("Contains") ?? "").replace(/[A-Z]/g, (letter) => String(KEYPAD.findIndex((key) => key.includes(letter))));
  const pattern = new RegExp(digits.replaceAll(/[^\d*]/g, "").replaceAll("*", "\\d"));
  const size = Number(call.query.get("PageSize") ?? 30);
  const place = kind === "Local" ? { locality: call.query.get("InLocality") ?? "Denver", region: country === "US" ? "CO" : "" } : {};
  const shown = numbers.filter((number) => pattern.test(number)).slice(0, size);
  const available_phone_numbers = shown.map((phone_number) => ({
    ...{ phone_number, friendly_name: phone_number, iso_country: country, beta: false, lata: null, rate_center: null, postal_code: null },
    ...{ latitude: null, longitude: null, locality: null, region: null, ...place },
    ...{ address_requirements: country === "GB" ? "any" : "none", capabilities: { voice: true, SMS: true, MMS: kind !== "TollFree" } },
  }));
  return answer(json(200, { available_phone_numbers, uri: `${call.url.pathname}${call.url.search}` }));
}

function buy(call: Call): Reply {
  const given = call.form.get("PhoneNumber") ?? "";
  if (given === "" && !call.form.has("AreaCode")) return refuse(400, 21451, "PhoneNumber or AreaCode is required");
  const number = phone(given);
  if (number === null || given === "+15005550001") return refuse(400, 21421, `${given.slice(0, 20)} is not a valid phone number`);
  if (number.startsWith("+44")) return refuse(400, 21631, "Phone Number Requires an Address but the 'AddressSid' parameter was empty.");
  const area = number.slice(2, 5);
  const sold = ["Local", "TollFree"].some((kind) => forSale(call, "US", kind, area)?.includes(number));
  if (!sold) return refuse(400, 21422, `${number} is not available`);
  const set = settingsIn(call, {});
  if (isReply(set)) return set;
  const sid = `PN${call.random(32)}`;
  const made: Owned = { sid, phone_number: number, voiceOnly: false, at: call.now(), updatedAt: call.now(), set };
  ownedIn(call.state).put(sid, made);
  return answer(json(201, shape(made)));
}

const one =
  (run: (call: Call, number: Owned) => Reply) =>
  (call: Call): Reply => {
    const found = ownedIn(call.state).get(call.param("sid"));
    return found ? run(call, found) : missing(call);
  };

function update(call: Call, before: Owned): Reply {
  const set = settingsIn(call, before.set);
  if (isReply(set)) return set;
  const changed = { ...before, set, updatedAt: call.now() };
  ownedIn(call.state).put(before.sid, changed);
  return answer(json(200, shape(changed)));
}

function release(call: Call, { sid }: Owned): Reply {
  ownedIn(call.state).delete(sid);
  return answer({ status: 204, headers: {}, body: "" });
}

const NUMBER = `${BASE}/IncomingPhoneNumbers/:sid.json`;
export const numberOperations: readonly Operation[] = [
  { name: "search_numbers", method: "GET", path: `${BASE}/AvailablePhoneNumbers/:country/:kind.json`, run: search },
  { name: "list_numbers", method: "GET", path: `${BASE}/IncomingPhoneNumbers.json`, run: list },
  { name: "buy_number", method: "POST", path: `${BASE}/IncomingPhoneNumbers.json`, run: buy },
  { name: "get_number", method: "GET", path: NUMBER, run: one((_, number) => answer(json(200, shape(number)))) },
  { name: "update_number", method: "POST", path: NUMBER, run: one(update) },
  { name: "release_number", method: "DELETE", path: NUMBER, run: one(release) },
];
