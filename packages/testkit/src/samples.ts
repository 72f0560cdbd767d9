/** One input per tool for the suite. A tool that is not listed gets one made from its JSON Schema. */
import type { Action } from "@junction/kit";
import * as z from "zod";

type Input = Readonly<Record<string, unknown>>;
type Schema = Readonly<Record<string, unknown>>;

export interface Sample {
  /** Every field given. */
  readonly input: Input;
  /** Field → the tool, and the field of its result, that a real value comes from. */
  readonly from?: Readonly<Record<string, readonly [tool: string, field: string]>>;
  /** Fields that may each be left out, and not all of them: the first of them that the sample has stays in the least of it, with those it needs. */
  readonly oneOf?: readonly (string | readonly string[])[];
}

const DAY_MS = 86_400_000;
const inDays = (days: number) => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T09:00:00-05:00`;

const HERE = "1600 Amphitheatre Parkway, Mountain View, CA";
const day = (days: number) => inDays(days).slice(0, 10);

const SAMPLES: Readonly<Record<string, Sample>> = {
  "crm/send_sms": { input: { to: "+12025550199", body: "Your plumber is on the way. Réponse: oui & merci + 100%", from: "+12025550123" } },
  "crm/send_email": {
    input: {
      to: "ann@example.com",
      to_name: "Ann O'Neil",
      subject: "Your estimate",
      text: "Hello Ann,\nyour estimate is ready.",
      html: "<p>Hello Ann, your estimate is ready.</p>",
      from: "office@example.com",
      reply_to: "jobs@example.com",
      attachments: ["https://media.example.com/estimate.pdf"],
    },
    oneOf: [["subject", "text"]],
  },
  "crm/start_ai_call": { input: { to: "+12025550199", customer_name: "Ann O'Neil", variables: {} } },
  "crm/get_ai_call": { input: { call_id: "call-1" }, from: { call_id: ["crm/start_ai_call", "call_id"] } },
  "crm/search_phone_numbers": {
    input: { country: "US", area_code: "202", contains: "555", city: "Washington", kind: "local", needs: ["calls", "texts"], limit: 5 },
  },
  "crm/buy_phone_number": { input: { phone_number: "+12025550142", name: "Yard signs, réparé" } },
  "crm/configure_phone_number": {
    input: { phone_number: "+12025550123", name: "Main line", answer_calls: true, take_texts: true },
  },
  "crm/release_phone_number": {
    input: { phone_number: "+12025550142" },
    from: { phone_number: ["crm/buy_phone_number", "phone_number"] },
  },
  "crm/place_call": {
    input: {
      to: "+12025550199",
      say: "Your plumber is on the way. Réponse: oui & merci <b>",
      connect_to: "+12025550101",
      from: "+12025550123",
      ring_seconds: 25,
    },
    oneOf: ["say", "connect_to"],
  },
  "crm/get_call": { input: { call_id: "call-1" }, from: { call_id: ["crm/place_call", "call_id"] } },
  "crm/create_ai_assistant": {
    input: { name: "Front desk", greeting: "Hello, how can I help?", instructions: "Take the caller's name and what is broken." },
  },
  "crm/get_ai_assistant": { input: { assistant_id: "assistant-1" }, from: { assistant_id: ["crm/create_ai_assistant", "assistant_id"] } },
  "crm/update_ai_assistant": {
    input: { assistant_id: "assistant-1", name: "Front desk 2", greeting: "Good morning!", instructions: "Be brief." },
    from: { assistant_id: ["crm/create_ai_assistant", "assistant_id"] },
  },
  "crm/cancel_video": { input: { video_id: "video-1" }, from: { video_id: ["crm/generate_video", "video_id"] } },
  "crm/send_whatsapp": {
    input: { to: "+12025550199", template: { name: "estimate_ready", language: "en_US", parameters: ["Ann", "$1,250"] } },
    oneOf: ["template"],
  },
  "crm/find_contact": { input: { query: "+12025550199", limit: 5 } },
  "crm/save_contact": {
    input: {
      email_or_phone: "ann@example.com",
      first_name: "Ann",
      last_name: "O'Neil",
      email: "ann@example.com",
      phone: "+12025550199",
      company: "O'Neil & Daughters",
      street: "1 Main St",
      city: "Springfield",
      region: "IL",
      postal_code: "62701",
    },
  },
  "crm/sync_lead": {
    input: { name: "Ann O'Neil", phone: "+12025550199", email: "ann@example.com", company: "O'Neil & Daughters", fields: {} },
    oneOf: ["crm_id", "phone"],
  },
  "crm/find_lead": { input: { phone: "+12025550199", email: "ann@example.com", fields: [] }, oneOf: ["crm_id", "phone"] },
  "crm/fetch_leads": { input: { limit: 10, updated_since: inDays(-30), where: [], fields: [] } },
  "crm/send_contract": {
    input: {
      title: "Estimate 1042",
      subject: "Your estimate",
      message: "Please sign.\nThank you!",
      text: "<p>Water heater, réparé: $1,250</p><p>Signature:</p><p>Countersigned:</p>",
      text_format: "html",
      signers: [
        { name: "Ann O'Neil", email: "ann@example.com", sign_at: "Signature:" },
        { name: "Sam Owner", email: "sam@example.com", sign_at: "Countersigned:" },
      ],
    },
    oneOf: ["text"],
  },
  "crm/get_contract": { input: { contract_id: "contract-1" }, from: { contract_id: ["crm/send_contract", "contract_id"] } },
  "crm/download_contract": { input: { contract_id: "contract-1" }, from: { contract_id: ["crm/send_contract", "contract_id"] } },
  "crm/remind_contract": { input: { contract_id: "contract-1" }, from: { contract_id: ["crm/send_contract", "contract_id"] } },
  "crm/void_contract": {
    input: { contract_id: "contract-1", reason: "The price has changed" },
    from: { contract_id: ["crm/send_contract", "contract_id"] },
  },
  "crm/geocode_address": { input: { address: "1600 Amphitheatre Parkway, Mountain View, CA", country: "US" } },
  "crm/reverse_geocode": { input: { latitude: 37.4224764, longitude: -122.0842499 } },
  "crm/get_route": { input: { origin: HERE, destination: "37.4847,-122.1477", depart_at: inDays(1) } },
  "crm/get_distances": { input: { origins: [HERE, "37.4847,-122.1477"], destinations: ["1 Hacker Way, Menlo Park, CA"] } },
  "crm/optimize_route": { input: { start: HERE, stops: ["1 Hacker Way, Menlo Park, CA", "37.4847,-122.1477"], end: "Denver, CO" } },
  "crm/get_service_area": { input: { place: HERE, minutes: 20 }, oneOf: ["minutes"] },
  "crm/get_map_token": { input: { minutes: 30 } },
  "crm/send_reward": {
    input: {
      reward_type: "gift_card",
      amount_cents: 2500,
      currency: "usd",
      recipient_name: "Ann O'Neil",
      recipient_email: "ann@example.com",
      reason: "referral",
      message: "Thank you for sending your neighbour: 100% oui & merci",
    },
    oneOf: ["amount_cents"],
  },
  "crm/get_reward": { input: { reward_id: "REWARD1" }, from: { reward_id: ["crm/send_reward", "reward_id"] } },
  "crm/find_customer": { input: { query: "Ada" } },
  "crm/charge_card": {
    input: {
      amount_cents: 12_500,
      currency: "usd",
      customer_id: "customer-1",
      payment_method_id: "card-1",
      description: "Water heater",
      receipt_email: "ann@example.com",
    },
  },
  "crm/create_payment_link": { input: { amount_cents: 12_500, currency: "usd", description: "Water heater", quantity: 2 } },
  "crm/refund_payment": {
    input: { payment_id: "payment-1", amount_cents: 500, reason: "duplicate" },
    from: { payment_id: ["crm/charge_card", "payment_id"] },
  },
  "crm/create_subscription": {
    input: {
      customer_id: "customer-1",
      payment_method_id: "card-1",
      amount_cents: 2_900,
      currency: "usd",
      interval: "month",
      description: "Maintenance plan",
    },
    oneOf: ["amount_cents"],
  },
  "crm/cancel_subscription": {
    input: { subscription_id: "subscription-1" },
    from: { subscription_id: ["crm/create_subscription", "subscription_id"] },
  },
  "crm/take_payment_in_person": {
    input: { terminal_id: "terminal-1", amount_cents: 12_500, currency: "usd", description: "Water heater", reference: "job-1042" },
  },
  "crm/get_in_person_payment": {
    input: { checkout_id: "checkout-1" },
    from: { checkout_id: ["crm/take_payment_in_person", "checkout_id"] },
  },
  "crm/post_to_facebook": {
    input: {
      text: "A new roof on Elm Street: 100% oui & merci",
      photos: ["https://media.example.com/roof.jpeg"],
      page_id: "104729583047001",
    },
  },
  "crm/post_to_instagram": {
    input: {
      text: "A new roof on Elm Street: 100% oui & merci",
      photos: ["https://media.example.com/roof.jpeg"],
      page_id: "17841400000047001",
    },
    oneOf: ["photos"],
  },
  "crm/create_event": {
    input: {
      calendar: "primary",
      title: "Water heater, Ann",
      start: inDays(7),
      end: inDays(7).replace("T09", "T11"),
      time_zone: "America/New_York",
      location: "1 Main St, Springfield",
      notes: "Ring twice",
    },
  },
  "crm/update_event": {
    input: {
      calendar: "primary",
      event_id: "event1",
      title: "Water heater, Ann (moved)",
      start: inDays(8),
      end: inDays(8).replace("T09", "T10"),
      location: "2 Main St, Springfield",
      notes: "Ring once",
    },
    from: { event_id: ["crm/create_event", "event_id"] },
  },
  "crm/delete_event": {
    input: { calendar: "primary", event_id: "event1" },
    from: { event_id: ["crm/create_event", "event_id"] },
  },
  "crm/update_campaign": {
    input: { account_id: "1", campaign_id: "1", status: "active", daily_budget_cents: 3000, name: "Water heaters, winter" },
  },
  "crm/list_campaigns": { input: { account_id: "1", status: "active" } },
  "crm/get_ad_performance": { input: { account_id: "1", campaign_id: "1", from: day(-30), until: day(0) } },
  "crm/list_keywords": { input: { account_id: "1", campaign_id: "1" } },
  "crm/update_keyword": { input: { account_id: "1", keyword_id: "1~1", status: "active", bid_cents: 450 } },
  "crm/list_lead_forms": { input: { page_id: "1" } },
  "crm/create_lead_form": {
    input: {
      page_id: "1",
      name: "Free estimate, water heaters",
      headline: "A free estimate within a day",
      questions: ["full_name", "phone"],
      own_questions: ["What needs repair?"],
      privacy_policy_url: "https://example.com/privacy",
      website_url: "https://example.com/thanks",
    },
  },
  "crm/report_conversion": {
    input: {
      account_id: "1",
      goal_id: "1",
      transaction_id: "JOB-1042",
      happened_at: inDays(-1),
      value_cents: 125_000,
      currency: "usd",
      click_id: "TeSter-123.abc_DEF",
      email: "Ann.Oneil+junction@gmail.com",
      phone: "+12025550199",
    },
    oneOf: ["click_id"],
  },
  "crm/upload_video": {
    input: {
      video: "https://media.example.com/sample.mp4",
      title: "Water heater, old to new",
      description: "Before & after.\nCall us: réparé en un jour.",
      tags: ["plumbing", "water heater"],
      privacy: "public",
    },
  },
  "crm/get_video_status": { input: { video_id: "video-1" }, from: { video_id: ["crm/upload_video", "video_id"] } },
  "crm/list_events": { input: { calendar: "primary", from: inDays(1), until: inDays(30), limit: 10 } },
  "crm/list_calendar_changes": { input: { calendar: "primary", since: inDays(-30) } },
  "crm/get_calendar_events": { input: { calendar: "primary", event_ids: ["sample0000"] } },
  "crm/put_calendar_event": {
    input: {
      calendar: "primary",
      event_id: `sample${Date.now()}`,
      event: {
        title: "Water heater, Ann",
        start: inDays(7).slice(0, 19),
        end: inDays(7).slice(0, 19).replace("T09", "T11"),
        time_zone: "America/New_York",
        location: "1 Main St, Springfield",
        notes: "Ring twice",
        recurrence: null,
        exceptions: [],
      },
    },
  },
  "crm/remove_calendar_event": { input: { calendar: "primary", event_id: "sample0000" } },
  "crm/list_busy_times": { input: { calendar: "primary", from: inDays(1), until: inDays(30) } },
  "crm/watch_calendar": {
    input: {
      calendar: "primary",
      address: "https://junction.example/hooks/google-calendar/demo.2x7k3mzq",
      secret_generation: 1,
      until: inDays(6),
    },
  },
  "crm/unwatch_calendar": {
    input: { channel_id: "channel-1", resource_id: "resource-1" },
    from: { channel_id: ["crm/watch_calendar", "channel_id"], resource_id: ["crm/watch_calendar", "resource_id"] },
  },
  "crm/check_availability": { input: { calendar: "primary", from: inDays(1), until: inDays(30) } },
};

/** The action's sample, with the vendor's own values over it. */
export function sampleOf({ tool }: Action, own: Input | undefined): Sample {
  const sample = SAMPLES[tool.id] ?? { input: made(inputSchema(tool.input)) as Input };
  return { ...sample, input: { ...sample.input, ...own } };
}

/** The sample's input without what may be left out. */
export function least(action: Action, input: Input): Input {
  const required = inputSchema(action.tool.input)["required"] as readonly string[] | undefined;
  const groups = (SAMPLES[action.tool.id]?.oneOf ?? []).map((one) => (typeof one === "string" ? [one] : one));
  const one = groups.find((names) => names.every((name) => name in input));
  return Object.fromEntries(Object.entries(input).filter(([name]) => one?.includes(name) || required?.includes(name)));
}

/** What a tool takes or gives, as JSON Schema; written once for each schema, since every law asks for it. */
const written = (params: Parameters<typeof z.toJSONSchema>[1]) => {
  const known = new WeakMap<z.core.$ZodType, Schema>();
  return (schema: z.core.$ZodType): Schema => {
    const held = known.get(schema) ?? (z.toJSONSchema(schema, params) as Schema);
    known.set(schema, held);
    return held;
  };
};
export const inputSchema = written({ io: "input" });
export const outputSchema = written({ io: "output", unrepresentable: "any" });

/** A value a JSON Schema allows: its first example if it has one. */
function made(schema: Schema): unknown {
  const [example] = (schema["examples"] as readonly unknown[] | undefined) ?? [];
  const [choice] = (schema["enum"] as readonly unknown[] | undefined) ?? [];
  if (example !== undefined) return example;
  if (schema["const"] !== undefined) return schema["const"];
  if (choice !== undefined) return choice;
  switch (schema["type"]) {
    case "object":
      return Object.fromEntries(
        Object.entries((schema["properties"] ?? {}) as Record<string, Schema>).map(([name, of]) => [name, made(of)]),
      );
    case "array":
      return [made((schema["items"] ?? {}) as Schema)];
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? 1);
    case "boolean":
      return true;
    case "string":
      return text(schema);
    default:
      throw new Error(`no sample can be made of ${JSON.stringify(schema)}: give it .meta({ examples: […] })`);
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": inDays(7),
  date: inDays(7).slice(0, 10),
  email: "ann@example.com",
  uri: "https://example.com/",
};

function text(schema: Schema): string {
  const formatted = FORMATS[String(schema["format"])];
  if (formatted !== undefined) return formatted;
  if (schema["pattern"] !== undefined) throw new Error(`a text with the pattern ${schema["pattern"]} needs .meta({ examples: […] })`);
  return "sample text".padEnd(Number(schema["minLength"] ?? 0), ".").slice(0, Number(schema["maxLength"] ?? 1000));
}
