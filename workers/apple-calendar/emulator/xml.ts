/** WebDAV's answers, with iCloud's default namespace. */
import { type Call, type Reply, refuse, text } from "@junction/sandbox";
import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** Property → the XML within it. */
export type Props = Readonly<Record<string, string>>;

const XML = { "content-type": 'text/xml; charset="UTF-8"' };
export const escaped = (value: string): string => value.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
const nameOf = ({ name }: XmlElement): string => name.replace(/^.*:/, "");
export const elements = (parent: XmlElement | undefined, name?: string): readonly XmlElement[] =>
  (parent?.children ?? []).filter((one) => one instanceof XmlElement).filter((one) => name === undefined || nameOf(one) === name);

export const davError = (status: number, condition: string): Reply =>
  text(status, `<?xml version="1.0" encoding="UTF-8"?><error xmlns="DAV:">${condition}</error>`, XML);

/** The document of a request; iCloud answers a body that is no XML with a plain 400. */
export function documentOf(call: Call, ...roots: readonly string[]): XmlElement {
  if (!/xml/.test(call.headers.get("content-type") ?? "")) return refuse(text(415, "", XML));
  try {
    const { root } = parseXml(call.text);
    if (root !== null && roots.includes(nameOf(root))) return root;
  } catch (error) {
    if (!(error instanceof Error && error.name === "XmlError")) throw error;
  }
  return refuse(text(400, "", XML));
}

/** The properties that a request asks for. */
export const wanted = (call: Call): readonly string[] =>
  elements(elements(documentOf(call, "propfind", "calendar-query", "calendar-multiget", "sync-collection"), "prop")[0]).map(nameOf);

const CALDAV = ["calendar-home-set", "supported-calendar-component-set", "calendar-timezone", "calendar-data"];
const tag = (name: string, inner: string): string => {
  const xmlns = CALDAV.includes(name) ? ' xmlns="urn:ietf:params:xml:ns:caldav"' : "";
  return inner === "" ? `<${name}${xmlns}/>` : `<${name}${xmlns}>${inner}</${name}>`;
};
const MARKED = ["displayname", "getetag", "calendar-data"];

/** What one resource has of what was asked for, and what it lacks. */
export function found(href: string, names: readonly string[], props: Props): string {
  const has = names.filter((name) => props[name] !== undefined);
  const lacks = names.filter((name) => props[name] === undefined);
  const part = (status: string, inner: string) => `<propstat><prop>${inner}</prop><status>HTTP/1.1 ${status}</status></propstat>`;
  const own = has.map((name) => tag(name, MARKED.includes(name) ? escaped(props[name] ?? "") : (props[name] ?? "")));
  return `<response><href>${escaped(href)}</href>${own.length > 0 ? part("200 OK", own.join("")) : ""}${lacks.length > 0 ? part("404 Not Found", lacks.map((name) => tag(name, "")).join("")) : ""}</response>`;
}

/** A resource that is not there. */
export const lost = (href: string): string => `<response><href>${escaped(href)}</href><status>HTTP/1.1 404 Not Found</status></response>`;

/** The text of a child; undefined where there is no such child. */
export const textIn = (parent: XmlElement, name: string): string | undefined => elements(parent, name)[0]?.text.trim();

export const multistatus = (responses: readonly string[], syncToken?: string): Reply => {
  const token = syncToken === undefined ? "" : `<sync-token>${escaped(syncToken)}</sync-token>`;
  return text(207, `<?xml version="1.0" encoding="UTF-8"?><multistatus xmlns="DAV:">${responses.join("")}${token}</multistatus>`, XML);
};
