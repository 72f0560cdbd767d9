/** WebDAV's and CalDAV's questions and answers (RFC 4918, RFC 4791), as iCloud speaks them. */
import { parseXml, XmlElement } from "@rgrove/parse-xml";
import * as z from "zod/mini";

/** A text through a parser; what the parser throws makes it a text that cannot be read. */
export const read = <T>(parse: (text: string) => T) =>
  z.pipe(
    z.string(),
    z.transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        context.issues.push({ code: "custom", message: String(error), input: text });
        return z.NEVER;
      }
    }),
  );

const NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"';
const document = (body: string): string => `<?xml version="1.0" encoding="utf-8"?>${body}`;

/** Asks for properties, named with the prefix `d:` or `c:`. */
export const propfind = (names: readonly string[]): string =>
  document(`<d:propfind ${NAMESPACES}><d:prop>${names.map((name) => `<${name}/>`).join("")}</d:prop></d:propfind>`);

/** Asks for the calendar objects with anything between two instants. What recurs is taken apart here, not by iCloud. */
export const eventsBetween = (from: number, until: number): string =>
  document(
    `<c:calendar-query ${NAMESPACES}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="${utc(from)}" end="${utc(until)}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`,
  );

/** `20261120T140000Z`. */
export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** One resource of a multistatus, with the properties it has. */
export interface Resource {
  readonly href: string;
  readonly props: ReadonlyMap<string, XmlElement>;
}

/** Names without their prefixes: servers choose those as they like, and no two properties asked for here share a name. */
const nameOf = (element: XmlElement): string => element.name.replace(/^.*:/, "");
export const within = (element: XmlElement | undefined, name?: string): readonly XmlElement[] =>
  (element?.children ?? []).filter((child) => child instanceof XmlElement).filter((child) => name === undefined || nameOf(child) === name);

/** The resources of a multistatus; throws if the text is none. */
export function resources(text: string): readonly Resource[] {
  const { root } = parseXml(text);
  if (root === null || nameOf(root) !== "multistatus") throw new Error("no multistatus");
  return within(root, "response").map((response) => ({
    href: within(response, "href")[0]?.text.trim() ?? "",
    props: new Map(
      within(response, "propstat")
        .filter((one) => / 2\d\d( |$)/.test(within(one, "status")[0]?.text ?? ""))
        .flatMap((one) => within(within(one, "prop")[0]))
        .map((prop) => [nameOf(prop), prop]),
    ),
  }));
}

/** The address that a property of the first resource holds; throws where it has none. */
export const hrefOf =
  (property: string) =>
  (text: string): string => {
    const href = within(resources(text)[0]?.props.get(property), "href")[0]?.text.trim();
    if (!href) throw new Error(`no ${property}`);
    return href;
  };

/** Asks what changed in a collection since a token; since the beginning, where there is none (RFC 6578 §3.2). */
export const syncCollection = (token: string): string =>
  document(
    `<d:sync-collection ${NAMESPACES}><d:sync-token>${escaped(token)}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`,
  );

/** Asks for some of a collection's objects whole. */
export const multiget = (hrefs: readonly string[]): string =>
  document(
    `<c:calendar-multiget ${NAMESPACES}><d:prop><d:getetag/><c:calendar-data/></d:prop>${hrefs.map((href) => `<d:href>${escaped(href)}</d:href>`).join("")}</c:calendar-multiget>`,
  );

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** What changed in a collection: a member without an etag is gone. `more`: the server has not told all of it yet. */
export function changesIn(text: string) {
  const { root } = parseXml(text);
  if (root === null || nameOf(root) !== "multistatus") throw new Error("no multistatus");
  const status = (element: XmlElement) => within(element, "status")[0]?.text ?? "";
  const responses = within(root, "response");
  return {
    token: within(root, "sync-token")[0]?.text.trim(),
    more: responses.some((response) => / 507( |$)/.test(status(response))),
    gone: responses
      .filter((response) => / 404( |$)/.test(status(response)))
      .map((response) => within(response, "href")[0]?.text.trim() ?? ""),
    found: resources(text).flatMap(({ href, props }) => {
      const etag = props.get("getetag")?.text.trim();
      return etag ? [{ href, etag }] : [];
    }),
  };
}
