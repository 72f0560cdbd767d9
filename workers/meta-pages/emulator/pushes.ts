/** What Meta delivers of pages, and how it signs. https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
import { mac, type Pushes } from "@junction/sandbox";
import { leadsOf } from "./leads.ts";

/** JSON as Meta writes it: what is not ASCII is escaped before it is signed. */
const escaped = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

export function pushes(page: string, secret: string, verifyToken: string): Pushes {
  return {
    secretField: { set: "platform", field: "client_secret" },
    kinds: {
      "lead.created": ({ entity, now, state }) => {
        const id = `8820${String(entity).padStart(12, "0")}`;
        const known = leadsOf(state).get(id);
        const lead = known ?? {
          id,
          page,
          form_id: "339247250000123",
          at: now - 1000,
          field_data: [
            { name: "full_name", values: ["Zoë Example"] },
            { name: "email", values: [`lead${entity}@example.com`] },
            { name: "phone_number", values: [`+1202555${String(entity % 10_000).padStart(4, "0")}`] },
            { name: "what_needs_repair?", values: ["Water heater", "Boiler"] },
          ],
        };
        leadsOf(state).put(id, lead);
        const created_time = Math.floor(lead.at / 1000);
        const value = { leadgen_id: id, page_id: page, form_id: lead.form_id, ad_id: "120210000000000123", created_time, note: "Zoë" };
        return {
          type: "application/json",
          body: escaped({ object: "page", entry: [{ id: page, time: created_time, changes: [{ field: "leadgen", value }] }] }),
        };
      },
    },
    async sign({ type, body, secret }) {
      const headers = {
        "content-type": type,
        "user-agent": "facebookexternalua",
        "x-hub-signature": `sha1=${await mac("SHA-1", secret, "hex", body)}`,
        "x-hub-signature-256": `sha256=${await mac("SHA-256", secret, "hex", body)}`,
      };
      return { headers, body };
    },
    challenge(ask) {
      // The word that our app was given; whoever has another secret has another word.
      const word = ask.secret === secret ? verifyToken : `not-${verifyToken}`;
      const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": word });
      return {
        method: "GET",
        url: `${ask.url}?${query}`,
        headers: { "user-agent": "facebookplatform/1.0 (+http://developers.facebook.com)" },
        body: "",
      };
    },
  };
}
