/** Plays a contractor's WordPress site: one with readable addresses, and beside it one without. */
import { type Call, defineEmulator, html, json, type Operation, page, type Reply } from "@junction/sandbox";
import { fault, noRoute, wpError } from "./emulator/errors.ts";
import { ROUTES } from "./emulator/routes.ts";
import { commentsOf, HOST, type Person, PLAIN_HOST, postsOf, termsOf } from "./emulator/state.ts";

// Put together here, so that no scanner takes them for somebody's.
const password = (...groups: readonly string[]): string => groups.join(" ");
const OFFICE = {
  site_url: `https://${HOST}`,
  username: "office",
  application_password: password("sand", "BoxO", "ffic", "ePas", "swor", "d001"),
};
const CREW = { ...OFFICE, username: "crew", application_password: password("sand", "BoxC", "rewP", "assw", "ord0", "0002") };
const GUEST = { ...OFFICE, username: "guest", application_password: password("sand", "BoxG", "uest", "Pass", "word", "0003") };
const bare = (text: string): string => text.replaceAll(/[^a-z\d]/gi, "");
const PEOPLE: readonly Person[] = [
  { id: 1, login: OFFICE.username, name: "Sam Owner", role: "administrator", password: bare(OFFICE.application_password) },
  { id: 2, login: CREW.username, name: "Crew", role: "contributor", password: bare(CREW.application_password) },
  { id: 3, login: GUEST.username, name: "Guest", role: "subscriber", password: bare(GUEST.application_password) },
];

/** Whoever the application password is of; what WordPress says of a bad one is told where somebody must be signed in. */
function who({ headers }: Call): Person | null | Reply {
  const [, encoded] = /^Basic (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (encoded === undefined) return null;
  const [login, ...rest] = new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))).split(":");
  const person = PEOPLE.find((one) => one.login === login);
  if (!person) return wpError(401, "invalid_username", "Unknown username. Check again or try your email address.");
  return person.password === bare(rest.join(":"))
    ? person
    : wpError(401, "incorrect_password", "The provided password is an invalid application password.");
}

/** Reads that need nobody take no notice of a wrong password. */
const OPEN = ["posts", "media", "categories", "tags"];
function routed(call: Call, route: string): Reply {
  const [, id = ""] = /^\/wp\/v2\/[a-z]+\/(\d+)$/.exec(route) ?? [];
  const run = ROUTES[`${call.method} ${id === "" ? route : route.replace(/\/\d+$/, "/:id")}`];
  if (!run) return noRoute();
  const person = who(call);
  if (person !== null && "status" in person)
    return call.method === "GET" && OPEN.some((one) => route === `/wp/v2/${one}`) ? run(call, null, id) : person;
  return run(call, person, id);
}

const index = (host: string): Reply =>
  json(200, {
    name: "Sandbox Plumbing",
    description: "Pipes &amp; drains",
    url: `https://${host}`,
    home: `https://${host}`,
    namespaces: ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"],
    authentication: { "application-passwords": { endpoints: { authorization: `https://${host}/wp-admin/authorize-application.php` } } },
    routes: {},
  });

/** What a theme shows for an address it does not know. */
const notFound = (): Reply => page("Page not found", html`<h1>Oops! That page cannot be found.</h1>`, [], 404);

const pretty = Object.keys(ROUTES).map((route): Operation => {
  const [method = "", at = ""] = route.split(" ");
  const name = `${method === "GET" ? "get" : "post"}_${at.replace("/wp/v2/", "").replace("/:id", "_one").replaceAll("/", "_")}`;
  const path = `/wp-json${at}`;
  return {
    ...{ name, method: method as "GET" | "POST", path, authenticated: false },
    run: (call) => routed(call, at.replace(":id", at.includes(":id") ? call.param("id") : "")),
  };
});
const behind = (method: "GET" | "POST"): Operation => ({
  ...{ name: `${method.toLowerCase()}_front_page`, method, host: PLAIN_HOST, path: "/", authenticated: false },
  run(call) {
    const route = call.query.get("rest_route");
    if (route === null) return page("Sandbox Plumbing", html`<h1>Sandbox Plumbing</h1>`, [], 200);
    return route === "/" ? index(PLAIN_HOST) : routed(call, route);
  },
});

export default defineEmulator({
  vendor: "contractor-website",
  hosts: [HOST, PLAIN_HOST],
  credentials: {
    valid: OFFICE,
    wrong: { ...OFFICE, application_password: password("nobo", "dyKn", "owsT", "hisP", "assw", "ord9") },
    /** May write, and not publish. */
    restricted: CREW,
    guest: GUEST,
    stranger: { ...OFFICE, username: "nobody" },
    plain: { ...OFFICE, site_url: `https://${PLAIN_HOST}` },
  },
  secrets: ["application_password"],
  seed(state, now) {
    termsOf(state, "categories").put("1", { id: 1, name: "Uncategorized" });
    termsOf(state, "categories").put("2", { id: 2, name: "Projects" });
    const at = now - 30 * 86_400_000;
    const kitchen = { id: 41, title: "A kitchen on Oak Avenue", content: "<p>Pipes &amp; taps.</p>", slug: "a-kitchen-on-oak-avenue" };
    postsOf(state).put("41", { ...kitchen, status: "publish", author: 1, categories: [2], tags: [], featured: 0, at, modified: at });
    commentsOf(state).put("1", { id: 1, type: "review", author: "Ann O'Neil", html: "<p>On time &amp; tidy.</p>\n", at: now - 3_600_000 });
    commentsOf(state).put("2", { id: 2, type: "comment", author: "Bob", html: "<p>Nice roof!</p>\n", at: now - 7_200_000 });
  },
  operations: [
    { name: "index", method: "GET", path: "/wp-json/", authenticated: false, run: () => index(HOST) },
    { name: "plain_index", method: "GET", host: PLAIN_HOST, path: "/wp-json/", authenticated: false, run: notFound },
    ...pretty,
    behind("GET"),
    behind("POST"),
  ],
  fault,
  inbox: (state) =>
    postsOf(state)
      .list()
      .filter(({ status }) => status === "publish")
      .map(({ title, content, at }) => ({ title, text: content, at })),
});
