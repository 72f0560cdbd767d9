/** Templates that a contractor keeps in Gmail: drafts, or any messages, under the label Templates. Gmail's own are out of an app's reach. */
import { type Http, refuse } from "@junction/kit";
import { headerOf, read, textOf } from "./mailbox.ts";

export const TEMPLATES = "label:templates";

interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll("\n", "<br>");
/** What a page of HTML says, for readers without: its markup left out. */
const plainOf = (html: string): string =>
  html
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<(br|\/p|\/div|\/li|\/tr)\b[^>]*>/gi, "\n")
    .replace(/<[^>]+>/g, "")
    .replace(/&nbsp;/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .trim();

/** The template with its values in place of `{{name}}`. One that has no value is the caller's to give: nobody is to read braces. */
export async function filled(http: Http, id: string, given: Readonly<Record<string, string>>, subject?: string): Promise<Content> {
  const template = await read(http, id);
  const html = textOf(template.payload, "text/html");
  const text = textOf(template.payload, "text/plain") ?? (html === undefined ? "" : plainOf(html));
  const lacking = new Set<string>();
  const fill = (content: string, write = (value: string) => value): string =>
    content.replace(/\{\{\s*([\w.-]{1,100})\s*\}\}/g, (_, name: string) => {
      if (Object.hasOwn(given, name)) return write(given[name] ?? "");
      lacking.add(name);
      return "";
    });
  const content: Content = {
    subject: fill(headerOf(template, "Subject") || (subject ?? "")),
    text: fill(text.trim()),
    ...(html !== undefined && { html: fill(html, escaped) }),
  };
  if (lacking.size > 0) refuse({ kind: "InvalidRequest", issues: [`variables: give a value for ${[...lacking].join(", ")}`] });
  if (content.subject === "") refuse({ kind: "InvalidRequest", issues: ["subject: the template has none; give one"] });
  if (content.text === "") refuse({ kind: "InvalidRequest", issues: ["template_id: the template is empty"] });
  return content;
}
