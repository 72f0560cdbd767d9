/** WhatsApp's messages and templates. https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages */
import { type Call, json, noteChange, type Reply, type State } from "@junction/sandbox";
import { graphError, missing } from "./errors.ts";
import { became, NUMBER, windows } from "./pushes.ts";

interface Message {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly at: number;
}
export const messages = (state: State) => state.collection<Message>("messages");

interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: "APPROVED" | "PENDING" | "REJECTED" | "PAUSED" | "DISABLED";
  readonly category: "UTILITY" | "MARKETING";
  readonly components: readonly { readonly type: string; readonly format?: string; readonly text?: string }[];
}
const template = (id: string, name: string, body: string, more: Partial<Template> = {}): Template => ({
  ...{ id, name, language: "en_US", status: "APPROVED", category: "UTILITY", components: [{ type: "BODY", text: body }] },
  ...more,
});
const TEMPLATES: readonly Template[] = [
  template("1001", "estimate_ready", "Hi {{1}}, your estimate over {{2}} is ready."),
  template("1002", "visit_reminder", "Hi {{1}}, we come tomorrow."),
  template("1003", "spring_offer", "Spring is here: 10 % off.", { status: "PAUSED", category: "MARKETING" }),
  template("1004", "before_and_after", "See our work.", {
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "See our work." },
    ],
  }),
];

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const invalid = (message: string): Reply => graphError(400, { message: `(#100) ${message}`, code: 100 });

export function send(call: Call): Reply {
  if (call.param("id") !== NUMBER.id) return missing(call.param("id"));
  const body = fieldsOf(call.json);
  if (body["messaging_product"] !== "whatsapp") return invalid("The parameter messaging_product is required.");
  const to = textOf(body["to"]).replace(/\D/g, "");
  if (to.length < 5) return invalid("The parameter to is required.");
  const type = textOf(body["type"]) || "text";
  const words = type === "template" ? written(fieldsOf(body["template"])) : textOf(fieldsOf(body["text"])["body"]);
  if (typeof words !== "string") return words;
  if (words === "") return invalid("The parameter text['body'] is required.");
  if (words.length > 4096) return invalid("Param text['body'] must be at most 4096 characters long.");
  const id = `wamid.${btoa(call.random(24))}`;
  messages(call.state).put(id, { id, to, text: words, at: call.now() });
  // What is no template reaches nobody who has not written within a day; Meta says so only afterwards.
  const open = type === "template" || (windows(call.state).get(to) ?? 0) > call.now() - 86_400_000;
  const mark = textOf(body["biz_opaque_callback_data"]) || undefined;
  noteChange(call.state, { kind: open ? "message.delivered" : "message.failed", ...became(id, to, call.now(), open, mark) });
  return json(200, {
    messaging_product: "whatsapp",
    contacts: [{ input: textOf(body["to"]), wa_id: to }],
    messages: [{ id, ...(type === "template" && { message_status: "accepted" }) }],
  });
}

/** The template's text, or why it is not sent. */
function written(given: Fields): string | Reply {
  const [name, language] = [textOf(given["name"]), textOf(fieldsOf(given["language"])["code"])];
  const found = TEMPLATES.find((one) => one.name === name && one.language === language);
  if (!found || found.status === "PENDING" || found.status === "REJECTED")
    return graphError(404, { message: "(#132001) Template name does not exist in the translation", code: 132001 });
  if (found.status !== "APPROVED") return graphError(400, { message: "(#132015) Template is paused", code: 132015 });
  const components = Array.isArray(given["components"]) ? given["components"].map(fieldsOf) : [];
  const parameters = components.filter(({ type }) => type === "body").flatMap(({ parameters: all }) => (Array.isArray(all) ? all : []));
  if (components.some(({ type, parameters: all }) => type === "body" && (!Array.isArray(all) || all.length === 0)))
    return invalid("Param template['components'][0]['parameters'] must not be empty.");
  const text = found.components.find(({ type }) => type === "BODY")?.text ?? "";
  const wanted = new Set(text.match(/\{\{\d+\}\}/g)).size;
  if (parameters.length !== wanted)
    return graphError(400, { message: "(#132000) Number of parameters does not match the expected number of params", code: 132000 });
  return text.replace(/\{\{(\d+)\}\}/g, (_, number: string) => textOf(fieldsOf(parameters[Number(number) - 1])["text"]));
}

const cursor = (at: number): string => btoa(`QVFI${at}`);
export function listTemplates(call: Call): Reply {
  const limit = Number(call.query.get("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1) return invalid("Param limit must be a positive integer");
  const after = call.query.get("after");
  const from = after === null ? 0 : Math.max(TEMPLATES.findIndex((_, at) => cursor(at) === after) + 1, 0);
  const asked = call.query.get("fields")?.split(",") ?? ["name", "status", "category", "language", "components"];
  const data = TEMPLATES.slice(from, from + limit).map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => name === "id" || asked.includes(name))),
  );
  const last = from + data.length - 1;
  const more = last + 1 < TEMPLATES.length && { next: `https://graph.facebook.com${call.url.pathname}?after=${cursor(last)}` };
  const paging = data.length > 0 && { paging: { cursors: { before: cursor(from), after: cursor(last) }, ...more } };
  return json(200, { data, ...paging });
}
