/** Where an account's calendars are: its principal, then the home of its calendars on its own partition, then the calendars. */
import { below, type Http, isZone, type Link, path, refuse } from "@junction/kit";
import { hrefOf, propfind, read, resources, within } from "./dav.ts";

/** What discovery reads of a credential, and what it found before. */
export interface Account {
  readonly main_calendar?: string | undefined;
  readonly home?: string | undefined;
  readonly calendar?: string | undefined;
  readonly zone?: string | undefined;
}
interface Places {
  readonly home: Link;
  readonly calendar: Link;
  /** The calendar's own time zone, if it says one. */
  readonly zone: string | undefined;
}

const ask = (http: Http, at: Link, depth: 0 | 1, ...names: readonly string[]) =>
  http.request("PROPFIND", at.path, {
    host: at.host,
    headers: { Depth: depth, Accept: "application/xml" },
    text: { type: "application/xml; charset=utf-8", body: propfind(names) },
  });

async function homeOf(http: Http): Promise<Link> {
  const user = await ask(http, http.link("https://caldav.icloud.com/"), 0, "d:current-user-principal");
  const principal = await ask(http, user.link(user.text(read(hrefOf("current-user-principal")))), 0, "c:calendar-home-set");
  return principal.link(principal.text(read(hrefOf("calendar-home-set"))));
}

async function shelfAt(http: Http, home: Link) {
  const shelf = await ask(
    http,
    home,
    1,
    ...["d:displayname", "d:resourcetype", "d:current-user-privilege-set"],
    ...["c:supported-calendar-component-set", "c:calendar-timezone"],
  );
  return shelf.text(read(calendarsIn)).map(({ href, ...calendar }) => ({ ...calendar, link: shelf.link(href) }));
}

/** The account's calendars, by the ids that `whichCalendar` takes. */
export async function calendarsOf(http: Http, account: Account) {
  const { home, calendar: main } = await placesOf(http, account);
  const shelf = await shelfAt(http, home);
  return shelf.map(({ id, name, writable, link }) => ({ id: link.path === main.path ? "primary" : id, name, writable }));
}

export async function discover(http: Http, account: Account): Promise<Places> {
  const home = await homeOf(http);
  const writable = (await shelfAt(http, home)).filter((calendar) => calendar.writable);
  const wanted = account.main_calendar?.trim().toLowerCase();
  const chosen = writable.find(({ name }) => wanted === undefined || name.toLowerCase() === wanted);
  if (chosen) return { home, calendar: chosen.link, zone: chosen.zone };
  if (wanted !== undefined && writable.length > 0)
    refuse({ kind: "InvalidRequest", issues: ["Calendar for jobs: you have no calendar of that name that you may change"] });
  return refuse({ kind: "PermissionError", missing: ["calendar:write"] });
}

/** Where everything is, without asking iCloud where the credential knows it already. */
const placesOf = async (http: Http, account: Account): Promise<Places> =>
  account.home !== undefined && account.calendar !== undefined
    ? { home: http.link(account.home), calendar: http.link(account.calendar), zone: account.zone }
    : discover(http, account);

/** The calendar a caller means. */
export async function whichCalendar(http: Http, account: Account, id: string): Promise<Link & { readonly zone: string | undefined }> {
  const { home, calendar, zone } = await placesOf(http, account);
  return { ...(id === "primary" ? calendar : { host: home.host, path: below(home.path, path`/${id}/`) }), zone };
}

/** Calendars that hold events; the inbox, the outbox and lists of tasks are none. */
function calendarsIn(text: string) {
  return resources(text).flatMap(({ href, props }) => {
    const holds = within(props.get("supported-calendar-component-set"), "comp").map((comp) => comp.attributes["name"]);
    if (within(props.get("resourcetype"), "calendar").length === 0 || (holds.length > 0 && !holds.includes("VEVENT"))) return [];
    const privileges = props.get("current-user-privilege-set");
    const rights = within(privileges, "privilege").flatMap((privilege) => within(privilege).map(({ name }) => name.replace(/^.*:/, "")));
    const zone = /^TZID:(.+)$/m.exec(props.get("calendar-timezone")?.text ?? "")?.[1]?.trim();
    return {
      href,
      id: decodeURIComponent(/([^/]*)\/*$/.exec(href)?.[1] ?? ""), // its own segment of the address
      name: props.get("displayname")?.text.trim() ?? "",
      writable: privileges === undefined || rights.some((right) => ["all", "write", "write-content", "bind"].includes(right)),
      zone: zone !== undefined && isZone(zone) ? zone : undefined,
    };
  });
}
