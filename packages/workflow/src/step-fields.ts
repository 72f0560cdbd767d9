/** The fields of each step type, in the order in which the builder shows them. */
import type { StepType } from "./definition.ts";
import type { Field } from "./fields.ts";

const to = (label: string, most: number): Field => ({
  ...{ name: "to", label, help: "The lead's own, unless you write another", kind: "text", goes: "line", most, required: true },
});
const resource = (
  name: string,
  resource: Extract<Field, { kind: "resource" }>["resource"],
  label: string,
  more: Partial<Field> = {},
): Field => ({ name, label, kind: "resource", resource, ...more }) as Field;
const text = (
  name: string,
  label: string,
  most: number,
  more: Partial<Omit<Extract<Field, { kind: "text" }>, "kind" | "name" | "label">> = {},
): Field => ({ name, label, kind: "text", goes: "text", most, ...more });
const span = (name: string, label: string, help?: string): Field => ({
  name,
  label,
  kind: "span",
  ...(help === undefined ? {} : { help }),
});

export const FIELDS: Readonly<Record<StepType, readonly Field[]>> = {
  sms: [
    resource("from", "phone_number", "From", { help: "Left empty: your default number" }),
    to("To", 200),
    text("body", "Message", 1600, { long: true, required: true }),
  ],
  ai_call: [
    resource("assistant", "assistant", "Assistant", { required: true }),
    resource("from", "ai_phone_number", "Calls from", { required: true }),
    to("Call", 200),
    {
      ...{ name: "variables", label: "Values for the assistant", help: "By the names that its own prompt uses" },
      ...{ kind: "map", goes: "text", keys: "Its name", lenient: true },
    },
    span("deadline", "Give up after", "How long the call's end is waited for"),
  ],
  email: [
    to("To", 254),
    resource("template", "email_template", "Template", { either: "text", help: "Or write the email here" }),
    text("subject", "Subject", 200, { goes: "line" }),
    text("text", "Text", 100_000, { long: true, either: "text" }),
  ],
  whatsapp: [
    to("To", 200),
    resource("template", "whatsapp_template", "Template", { either: "body", help: "Needed 24 hours after the contact's last message" }),
    { name: "parameters", label: "Values of the template", kind: "texts", goes: "line", most: 20, help: "What stands for {{1}}, {{2}} …" },
    text("body", "Message", 4000, { long: true, either: "body" }),
  ],
  crm_sync: [
    {
      ...{ name: "crm", label: "CRM", kind: "choice", required: true },
      options: [
        { value: "hubspot", label: "HubSpot" },
        { value: "salesforce", label: "Salesforce" },
        { value: "zoho-crm", label: "Zoho CRM" },
        { value: "pipedrive", label: "Pipedrive" },
      ],
    },
    {
      ...{ name: "fields", label: "Fields", help: "Name, phone and email go in by themselves" },
      ...{ kind: "map", goes: "text", keys: "The CRM's field", resource: "crm_field", of: "crm", lenient: true },
    },
  ],
  webhook: [
    resource("subscription", "subscription", "Webhook integration", { required: true }),
    { name: "data", label: "What is sent", kind: "map", goes: "text", keys: "Name", lenient: false },
  ],
  social_post: [
    resource("page", "page", "Page", { required: true }),
    text("text", "Post", 5000, { long: true, required: true }),
    text("link", "Link", 2000, { goes: "url" }),
    text("photo", "Photo", 2000, {
      goes: "url",
      help: "Its https address, or its file's id; Instagram needs one, and a post shows a link or a photo",
    }),
  ],
  calendar_event: [
    resource("calendar", "calendar", "Calendar"),
    text("summary", "What the calendar shows", 250, { goes: "line", required: true }),
    text("start", "Starts at", 200, { goes: "line", required: true, help: "A date and time with its offset: 2026-11-20T09:00:00-05:00" }),
    { name: "minutes", label: "Minutes", kind: "number", least: 5, most: 1440 },
    text("location", "Place", 500, { goes: "line", lenient: true }),
    text("notes", "Notes", 8000, { long: true, lenient: true }),
  ],
  wait: [
    { name: "for", label: "A while", kind: "span", either: "for" },
    text("until", "A moment", 200, { goes: "line", either: "for", help: "A date and time with its offset: 2026-11-20T09:00:00-05:00" }),
    { name: "event", label: "Something to happen", kind: "event", either: "for" },
    span("deadline", "At most", "How long it is waited for"),
  ],
  branch: [{ name: "cases", label: "Cases", kind: "cases", required: true }],
  approval: [
    text("ask", "Question", 1000, { long: true, required: true }),
    span("deadline", "Give up after", "Without an answer, that is a no"),
  ],
  tool: [
    { name: "tool", label: "Tool", kind: "tool", required: true },
    { name: "arguments", label: "What it is given", kind: "arguments" },
  ],
};
