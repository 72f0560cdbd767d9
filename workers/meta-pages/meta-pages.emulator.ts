/** Plays the Graph API's pages, and Facebook Login for one app. */
import { type Call, defineEmulator, json, type Reply, refuse, type State } from "@junction/sandbox";
import { badParameter, fault, graphError, lacking, missing } from "./emulator/errors.ts";
import { containerOf, createMedia, instagramMedia, mediaOf, publishingLimit, publishMedia, shownContainer } from "./emulator/instagram.ts";
import { leadsOf, shown } from "./emulator/leads.ts";
import { grantOf, loginServer, refusalOf, revoke, seedGrant } from "./emulator/login.ts";
import { attachedTo, publicUrl } from "./emulator/media.ts";
import { ACCOUNT, PAGES, type Page, photosOf, postsOf, videosOf } from "./emulator/pages.ts";
import { pushes } from "./emulator/pushes.ts";

/** Permission → what it lets an app do, as the dialog says. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  pages_show_list: "Show a list of the Pages you manage",
  pages_read_engagement: "Read content posted on the Page",
  pages_manage_posts: "Create and manage content on your Page",
  pages_manage_metadata: "Manage accounts, settings and webhooks for a Page",
  pages_read_user_content: "Read user content on your Page",
  instagram_basic: "Access profile and posts from the Instagram account connected to your Page",
  instagram_content_publish: "Upload media and create posts for the Instagram account connected to your Page",
  leads_retrieval: "Access leads for your Pages",
  public_profile: "Read your public profile",
};

// Put together here, so that no scanner takes them for somebody's.
const token = (tail: string): string => ["EAA", tail].join("");
const APP = {
  client_id: "1047295830471234",
  client_secret: ["0123456789abcdef", "sandboxsecret012".replaceAll(/[^0-9a-f]/g, "e")].join(""),
  /** What our app is asked by whether its webhook's address is ours. */
  webhook_verify_token: ["sandbox", "verify", "token", "5a11d00c"].join("-"),
};
const OWNER = { id: "10229583047000123", name: "Sam Owner" };
const TOKENS = {
  valid: token("OwnerSandboxLongLivedUserToken0123456789"),
  reader: token("OwnerSandboxReadOnlyUserToken0123456789"),
  expired: token("OwnerSandboxExpiredUserToken01234567890"),
};

const pageTokens = (state: State) => state.collection<{ readonly page: string; readonly user: string }>("page_tokens");

function bearer({ headers, query, form }: Call): string {
  const [, given] = /^(?:Bearer|OAuth) (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  return given ?? query.get("access_token") ?? form.get("access_token") ?? "";
}

function authenticate(call: Call): Reply | null {
  const given = bearer(call);
  if (given === "") return graphError(400, { message: "An access token is required to request this resource.", code: 104 });
  return refusalOf(call, pageTokens(call.state).get(given)?.user ?? given);
}

/** What the token's person allowed. */
const granted = (call: Call): readonly string[] => grantOf(call, pageTokens(call.state).get(bearer(call))?.user ?? bearer(call)).granted;

function me(call: Call): Reply {
  if (pageTokens(call.state).get(bearer(call))) return badParameter("A page access token stands for a page, not for a person");
  const fields = (call.query.get("fields") ?? "id,name").split(",");
  const grant = grantOf(call, bearer(call));
  const permissions = [
    ...grant.granted.map((permission) => ({ permission, status: "granted" })),
    ...grant.declined.map((permission) => ({ permission, status: "declined" })),
  ];
  return json(200, { ...OWNER, ...(fields.includes("permissions") && { permissions: { data: permissions } }) });
}

function accounts(call: Call): Reply {
  const after = call.query.get("after");
  const all = granted(call).includes("pages_show_list") ? PAGES : [];
  const limit = Number(call.query.get("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1) return badParameter("Invalid limit");
  const from = after === null ? 0 : all.findIndex(({ id }) => btoa(id) === after) + 1;
  const data = all.slice(from, from + limit);
  const [first, last] = [data.at(0), data.at(-1)];
  const more = from + limit < all.length;
  const cursors = first && last && { before: btoa(first.id), after: btoa(last.id) };
  const next = `https://graph.facebook.com/v26.0/me/accounts?limit=${limit}&after=${cursors?.after}`;
  const shown = call.query.get("fields")?.includes("instagram_business_account");
  if (shown && !granted(call).includes("instagram_basic")) return lacking(10, "instagram_basic");
  return json(200, {
    data: data.map(({ id, name, tasks }) => ({
      id,
      name,
      tasks,
      ...(shown && id === ACCOUNT.page && { instagram_business_account: { id: ACCOUNT.id, username: ACCOUNT.username } }),
    })),
    ...(cursors && { paging: { cursors, ...(more && { next }) } }),
  });
}

const pageOf = (call: Call): Page => PAGES.find(({ id }) => id === call.param("id")) ?? missing(call.param("id"));

function getObject(call: Call): Reply {
  const container = containerOf(call.state).get(call.param("id"));
  if (container) return instagram(call, "instagram_basic", () => json(200, { ...shownContainer(call, container), id: container.id }));
  const lead = leadsOf(call.state).get(call.param("id"));
  if (!lead) return getPage(call);
  const own = pageTokens(call.state).get(bearer(call))?.page === lead.page;
  if (!own || !granted(call).includes("leads_retrieval")) return lacking(200, "leads_retrieval");
  return json(200, shown(lead, (call.query.get("fields") ?? "created_time,field_data").split(",")));
}

function getPage(call: Call): Reply {
  const { id, name, tasks } = pageOf(call);
  const fields = (call.query.get("fields") ?? "id,name").split(",");
  if (!fields.includes("access_token") || !tasks.includes("CREATE_CONTENT") || !granted(call).includes("pages_show_list"))
    return json(200, { ...(fields.includes("name") && { name }), id });
  const held = pageTokens(call.state);
  const user = bearer(call);
  const access_token = token(`Page${btoa(`${user.slice(-20)}${id}`).replaceAll(/[^A-Za-z0-9]/g, "")}`);
  held.put(access_token, { page: id, user: held.get(user)?.user ?? user });
  return json(200, { access_token, id });
}

/** Refuses whoever is not the page, or may not. */
function actAs(call: Call, code: number, permission: string): Page {
  const page = pageOf(call);
  if (pageTokens(call.state).get(bearer(call))?.page !== page.id)
    return refuse(
      graphError(403, { message: `(#${code}) A page access token is required to request this resource.`, code: code === 200 ? 200 : 210 }),
    );
  return granted(call).includes(permission) ? page : refuse(lacking(code, permission));
}

/** The Instagram account, for whoever may act on it: with the person's token or its page's. */
function instagram(call: Call, permission: string, run: () => Reply): Reply {
  if (!granted(call).includes(permission)) return lacking(10, permission);
  return run();
}
const account = (call: Call, permission: string, run: () => Reply): Reply =>
  call.param("id") === ACCOUNT.id ? instagram(call, permission, run) : missing(call.param("id"));

function publish(call: Call): Reply {
  const page = actAs(call, 200, "pages_manage_posts");
  const [message, link, attached] = [call.form.get("message"), call.form.get("link"), call.form.get("attached_media")];
  const photos = attached === null ? [] : attachedTo(call, page, attached);
  if (!message && !link && photos.length === 0) return badParameter("You must provide a message, link, place, or attached media");
  if (link !== null && !/^https?:\/\//.test(link)) return badParameter("The url you supplied is invalid");
  const last = postsOf(call.state)
    .list()
    .filter((post) => post.page === page.id)
    .at(-1);
  if (last && last.message === message && last.link === link && photos.length === 0 && last.photos.length === 0)
    return graphError(400, { message: "(#506) Duplicate status message", code: 506 });
  const id = `${page.id}_${call.random(15, "123456789")}`;
  postsOf(call.state).put(id, { id, page: page.id, message, link, photos, at: call.now() });
  return json(200, { id });
}

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;

function feed(call: Call): Reply {
  const page = actAs(call, 10, "pages_read_engagement");
  const posts = [...postsOf(call.state).list()].filter((post) => post.page === page.id).reverse();
  const data = posts.slice(0, Number(call.query.get("limit") ?? 25)).map(({ id, message, at }) => ({
    ...(message !== null && { message }),
    created_time: seconds(at),
    id,
  }));
  return json(200, { data, ...(data.length > 0 && { paging: { cursors: { before: "QVFIU", after: "QVFIV" } } }) });
}

function uploadPhoto(call: Call): Reply {
  const page = actAs(call, 200, "pages_manage_posts");
  const url = publicUrl(call, "url");
  const id = call.random(15, "123456789");
  const published = call.form.get("published") !== "false";
  photosOf(call.state).put(id, { id, page: page.id, url, published });
  if (!published) return json(200, { id });
  const post_id = `${page.id}_${id}`;
  const message = call.form.get("message") ?? call.form.get("caption");
  postsOf(call.state).put(post_id, { id: post_id, page: page.id, message, link: null, photos: [url], at: call.now() });
  return json(200, { id, post_id });
}

function uploadVideo(call: Call): Reply {
  const page = actAs(call, 200, "pages_manage_posts");
  const url = publicUrl(call, "file_url");
  const id = call.random(15, "123456789");
  videosOf(call.state).put(id, { id, page: page.id, url, description: call.form.get("description"), at: call.now() });
  return json(200, { id });
}

function subscribe(call: Call): Reply {
  const page = actAs(call, 200, "pages_manage_metadata");
  const fields = call.form.get("subscribed_fields") ?? "";
  if (fields === "") return badParameter("The parameter subscribed_fields is required");
  call.state.collection<string>("subscribed").put(page.id, fields);
  return json(200, { success: true });
}

function videos(call: Call): Reply {
  const page = actAs(call, 10, "pages_read_engagement");
  const own = [...videosOf(call.state).list()].filter((video) => video.page === page.id).reverse();
  const shown = own.map(({ id, description, at }) => ({ ...(description !== null && { description }), created_time: seconds(at), id }));
  return json(200, { data: shown.slice(0, Number(call.query.get("limit") ?? 25)) });
}

export default defineEmulator({
  vendor: "meta-pages",
  hosts: ["graph.facebook.com", "graph-video.facebook.com", "www.facebook.com"],
  credentials: {
    valid: { access_token: TOKENS.valid },
    wrong: { access_token: token("NobodyKnowsThisUserToken0123456789") },
    expired: { access_token: TOKENS.expired },
    /** The person unticked publishing. */
    restricted: { access_token: TOKENS.reader },
    platform: APP,
  },
  secrets: ["access_token", "client_secret", "webhook_verify_token"],
  authenticate,
  seed(state, now) {
    const all = [
      "public_profile",
      "pages_show_list",
      "pages_read_engagement",
      "pages_manage_posts",
      "leads_retrieval",
      "instagram_basic",
      "instagram_content_publish",
      "pages_manage_metadata",
    ];
    const month = now + 30 * 86_400_000;
    seedGrant(state, TOKENS.valid, all, [], month);
    seedGrant(state, TOKENS.reader, all.slice(0, 3), all.slice(3, 4), month);
    seedGrant(state, TOKENS.expired, all, [], now - 1);
  },
  operations: [
    ...loginServer(APP, PERMISSIONS),
    { name: "get_me", method: "GET", path: "/v26.0/me", run: me },
    { name: "list_accounts", method: "GET", path: "/v26.0/me/accounts", run: accounts },
    { name: "revoke", method: "DELETE", path: "/v26.0/me/permissions", apart: true, run: (call) => revoke(call, bearer(call)) },
    { name: "get_page", method: "GET", path: "/v26.0/:id", run: getObject },
    { name: "list_posts", method: "GET", path: "/v26.0/:id/feed", run: feed },
    { name: "publish_post", method: "POST", path: "/v26.0/:id/feed", run: publish },
    { name: "upload_photo", method: "POST", path: "/v26.0/:id/photos", run: uploadPhoto },
    { name: "subscribe_app", method: "POST", path: "/v26.0/:id/subscribed_apps", run: subscribe },
    { name: "list_videos", method: "GET", path: "/v26.0/:id/videos", run: videos },
    { name: "upload_video", method: "POST", host: "graph-video.facebook.com", path: "/v26.0/:id/videos", run: uploadVideo },
    {
      name: "create_media",
      method: "POST",
      path: "/v26.0/:id/media",
      run: (call) => account(call, "instagram_content_publish", () => createMedia(call)),
    },
    {
      name: "list_media",
      method: "GET",
      path: "/v26.0/:id/media",
      run: (call) => account(call, "instagram_basic", () => instagramMedia(call)),
    },
    {
      name: "publish_media",
      method: "POST",
      path: "/v26.0/:id/media_publish",
      run: (call) => account(call, "instagram_content_publish", () => publishMedia(call)),
    },
    {
      name: "publishing_limit",
      method: "GET",
      path: "/v26.0/:id/content_publishing_limit",
      run: (call) => account(call, "instagram_basic", () => publishingLimit(call)),
    },
  ],
  fault,
  pushes: pushes(PAGES[0]?.id ?? "", APP.client_secret, APP.webhook_verify_token),
  inbox: (state) => [
    ...postsOf(state)
      .list()
      .map(({ page, message, link, photos, at }) => ({
        title: `Posted on ${PAGES.find(({ id }) => id === page)?.name}`,
        text: [message, link, ...photos].filter(Boolean).join("\n"),
        at,
      })),
    ...videosOf(state)
      .list()
      .map(({ page, description, url, at }) => ({
        title: `Video on ${PAGES.find(({ id }) => id === page)?.name}`,
        text: [description, url].filter(Boolean).join("\n"),
        at,
      })),
    ...mediaOf(state)
      .list()
      .map(({ caption, urls, at }) => ({
        title: `Posted on Instagram as ${ACCOUNT.username}`,
        text: [caption, ...urls].filter(Boolean).join("\n"),
        at,
      })),
  ],
});
