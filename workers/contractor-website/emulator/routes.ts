/** The routes of wp/v2 that it plays, for the person a call is made as. */
import { type Call, json, type Reply } from "@junction/sandbox";
import { badParameter, ends, wpError } from "./errors.ts";
import {
  capabilitiesOf,
  commentsOf,
  freeSlug,
  HOST,
  type Medium,
  may,
  mediaOf,
  nextId,
  type Person,
  type Post,
  postsOf,
  termsOf,
} from "./state.ts";

/** Null: nobody is signed in. */
type Route = (call: Call, person: Person | null, id: string) => Reply;

/** Dates without a zone, as WordPress prints them. */
const local = (at: number): string => new Date(at).toISOString().slice(0, 19);
const body = (call: Call): Readonly<Record<string, unknown>> =>
  typeof call.json === "object" && call.json !== null ? (call.json as Readonly<Record<string, unknown>>) : {};
/** A text, or an object with it as `raw`. */
function textOf(given: unknown, name: string): string | undefined {
  if (given === undefined || typeof given === "string") return given;
  const { raw } = typeof given === "object" && given !== null ? (given as { raw?: unknown }) : {};
  return typeof raw === "string" ? raw : badParameter(name, `${name} is not of type string.`);
}
const numbers = (given: unknown, name: string): readonly number[] | undefined =>
  given === undefined || (Array.isArray(given) && given.every(Number.isInteger))
    ? (given as number[] | undefined)
    : badParameter(name, `${name}[0] is not of type integer.`);
const many = ({ query }: Call, name: string): readonly string[] => [...query.getAll(`${name}[]`), ...(query.get(name)?.split(",") ?? [])];
const number = (call: Call, name: string, usual: number, most = Infinity): number => {
  const given = call.query.get(name);
  if (given === null) return usual;
  if (!/^\d+$/.test(given) || Number(given) < 1 || Number(given) > most)
    badParameter(name, `${name} must be between 1 (inclusive) and ${most} (inclusive)`);
  return Number(given);
};

function paged<T>(call: Call, all: readonly T[], shown: (one: T) => object): Reply {
  const [size, page] = [number(call, "per_page", 10, 100), number(call, "page", 1)];
  const pages = Math.ceil(all.length / size);
  if (page > 1 && page > pages)
    return wpError(400, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.");
  const headers = { "x-wp-total": String(all.length), "x-wp-totalpages": String(pages) };
  return json(200, all.slice((page - 1) * size, page * size).map(shown), headers);
}

const anonymous = 401;
const denied = (person: Person | null, code: string, message: string): never => ends(person ? 403 : anonymous, code, message);

function shownPost(edit: boolean, { id, title, content, slug, status, author, categories, tags, featured, at, modified }: Post): object {
  const text = (raw: string) => ({ ...(edit && { raw }), rendered: raw });
  return {
    ...{ id, date: local(at), date_gmt: local(at), modified: local(modified), modified_gmt: local(modified), slug, status, type: "post" },
    link: status === "publish" ? `https://${HOST}/${slug}/` : `https://${HOST}/?p=${id}`,
    ...{
      title: text(title),
      content: { ...text(content), protected: false },
      author,
      featured_media: featured,
      categories,
      tags,
      meta: [],
    },
  };
}
const editing = (call: Call, person: Person | null): boolean => {
  if (call.query.get("context") !== "edit") return false;
  if (!person || !may(person, "edit_posts"))
    denied(person, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.");
  return true;
};

const STATUSES = ["publish", "future", "draft", "pending", "private"];
function listPosts(call: Call, person: Person | null): Reply {
  const edit = editing(call, person);
  const [slugs, wanted, categories, search] = [
    many(call, "slug"),
    many(call, "status"),
    many(call, "categories"),
    call.query.get("search")?.toLowerCase(),
  ];
  if (wanted.some((one) => one !== "publish") && !(person && may(person, "edit_posts"))) badParameter("status", "Status is forbidden.");
  const statuses = wanted.includes("any") ? STATUSES : wanted.length > 0 ? wanted : ["publish"];
  const found = postsOf(call.state)
    .list()
    .filter(({ status, slug }) => statuses.includes(status) && (slugs.length === 0 || slugs.includes(slug)))
    .filter((post) => categories.length === 0 || post.categories.some((id) => categories.includes(String(id))))
    .filter(({ title, content }) => !search || `${title} ${content}`.toLowerCase().includes(search));
  return paged(
    call,
    [...found].sort((a, b) => b.at - a.at || b.id - a.id),
    (post) => shownPost(edit, post),
  );
}

/** Checks what is given of a post, over what it was. */
function written(call: Call, before: Post): Post {
  const given = body(call);
  const status = textOf(given["status"], "status") ?? before.status;
  if (!STATUSES.includes(status)) badParameter("status", "status is not one of publish, future, draft, pending, and private.");
  const title = textOf(given["title"], "title") ?? before.title;
  const content = textOf(given["content"], "content") ?? before.content;
  if (`${title}${content}`.trim() === "") ends(400, "empty_content", "Content, title, and excerpt are empty.");
  const featured = given["featured_media"] ?? before.featured;
  if (typeof featured !== "number" || (featured !== 0 && !mediaOf(call.state).get(String(featured))))
    ends(400, "rest_invalid_featured_media", "Invalid featured media ID.");
  const slug = typeof given["slug"] === "string" ? given["slug"] : before.slug || title;
  return {
    ...before,
    ...{ title, content, status, slug: freeSlug(call.state, slug, before.id), featured: Number(featured), modified: call.now() },
    categories: numbers(given["categories"], "categories") ?? before.categories,
    tags: numbers(given["tags"], "tags") ?? before.tags,
  };
}

function createPost(call: Call, person: Person | null): Reply {
  if (!person || !may(person, "edit_posts"))
    return denied(person, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.");
  if (body(call)["status"] === "publish" && !may(person, "publish_posts"))
    return denied(person, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.");
  const blank = {
    id: -1,
    title: "",
    content: "",
    slug: "",
    status: "draft",
    author: person.id,
    categories: [1],
    tags: [],
    featured: 0,
    at: call.now(),
    modified: call.now(),
  };
  const post = { ...written(call, blank), id: nextId(call.state) };
  postsOf(call.state).put(String(post.id), post);
  return json(201, shownPost(true, post), { location: `https://${HOST}/wp-json/wp/v2/posts/${post.id}` });
}

const postOf = (call: Call, id: string): Post => postsOf(call.state).get(id) ?? ends(404, "rest_post_invalid_id", "Invalid post ID.");
function getPost(call: Call, person: Person | null, id: string): Reply {
  const post = postOf(call, id);
  const edit = editing(call, person);
  if (post.status !== "publish" && !person) return denied(person, "rest_forbidden", "Sorry, you are not allowed to do that.");
  return json(200, shownPost(edit, post));
}
function updatePost(call: Call, person: Person | null, id: string): Reply {
  const post = postOf(call, id);
  if (!person || !(may(person, "edit_others_posts") || post.author === person.id))
    return denied(person, "rest_cannot_edit", "Sorry, you are not allowed to edit this post.");
  if (body(call)["status"] === "publish" && !may(person, "publish_posts"))
    return denied(person, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.");
  const changed = written(call, post);
  postsOf(call.state).put(id, changed);
  return json(200, shownPost(true, changed));
}

const shownMedium = ({ id, slug, file, type, at }: Medium) => ({
  ...{
    id,
    slug,
    date: local(at),
    date_gmt: local(at),
    status: "inherit",
    type: "attachment",
    media_type: "image",
    mime_type: type,
    post: null,
  },
  source_url: `https://${HOST}/wp-content/uploads/2026/11/${file}`,
});
function listMedia(call: Call): Reply {
  const slugs = many(call, "slug");
  return paged(
    call,
    mediaOf(call.state)
      .list()
      .filter(({ slug }) => slugs.length === 0 || slugs.includes(slug)),
    shownMedium,
  );
}
const TYPES: Readonly<Record<string, string>> = { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp" };
function upload(call: Call, person: Person | null): Reply {
  if (!person || !may(person, "upload_files"))
    return denied(person, "rest_cannot_create", "Sorry, you are not allowed to upload media on this site.");
  const disposition = call.headers.get("content-disposition");
  if (disposition === null) return wpError(400, "rest_upload_no_content_disposition", "No Content-Disposition supplied.");
  const [, name] = /filename="?([^";]+)"?/.exec(disposition) ?? [];
  if (name === undefined) return wpError(400, "rest_upload_invalid_disposition", "Invalid Content-Disposition supplied.");
  if (call.bytes.length === 0) return wpError(400, "rest_upload_no_data", "No data supplied.");
  const [stem = "", extension = ""] = /^(.*)\.([^.]*)$/.exec(name)?.slice(1) ?? [];
  const type = TYPES[extension.toLowerCase()];
  if (type === undefined) return wpError(500, "rest_upload_sideload_error", "Sorry, you are not allowed to upload this file type.");
  const slug = freeSlug(call.state, stem);
  const medium: Medium = { id: nextId(call.state), slug, file: `${slug}.${extension}`, type, size: call.bytes.length, at: call.now() };
  mediaOf(call.state).put(String(medium.id), medium);
  return json(201, shownMedium(medium), { location: `https://${HOST}/wp-json/wp/v2/media/${medium.id}` });
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const listTerms =
  (kind: "categories" | "tags"): Route =>
  (call) => {
    const search = call.query.get("search")?.toLowerCase() ?? "";
    const found = termsOf(call.state, kind)
      .list()
      .filter(({ name }) => escaped(name).toLowerCase().includes(search));
    return paged(call, found, ({ id, name }) => ({ id, name: escaped(name), taxonomy: kind === "tags" ? "post_tag" : "category" }));
  };
const createTerm =
  (kind: "categories" | "tags"): Route =>
  (call, person) => {
    if (!person || !may(person, kind === "tags" ? "edit_posts" : "manage_categories"))
      return denied(person, "rest_cannot_create", "Sorry, you are not allowed to create terms in this taxonomy.");
    const name = textOf(body(call)["name"], "name")?.trim() ?? "";
    if (name === "") return badParameter("name", "name is a required property.");
    const known = termsOf(call.state, kind)
      .list()
      .find((term) => term.name.toLowerCase() === name.toLowerCase());
    if (known) return wpError(400, "term_exists", "A term with the name provided already exists with this parent.", { term_id: known.id });
    const id = nextId(call.state);
    termsOf(call.state, kind).put(String(id), { id, name });
    return json(201, { id, name: escaped(name), taxonomy: kind === "tags" ? "post_tag" : "category" });
  };

function listComments(call: Call, person: Person | null): Reply {
  const type = call.query.get("type") ?? "comment";
  if (type !== "comment" && !(person && may(person, "edit_posts")))
    return denied(person, "rest_forbidden_param", "Query parameter not permitted: type");
  const found = commentsOf(call.state)
    .list()
    .filter((one) => one.type === type);
  return paged(
    call,
    [...found].sort((a, b) => b.at - a.at),
    ({ id, author, html, at }) => ({
      ...{ id, post: 7, parent: 0, author: 0, author_name: author, date: local(at), date_gmt: local(at), content: { rendered: html } },
      ...{ link: `https://${HOST}/reviews/#comment-${id}`, status: "approved", type },
    }),
  );
}

function me(call: Call, person: Person | null): Reply {
  if (!person) return ends(401, "rest_not_logged_in", "You are not currently logged in.");
  const { id, name, login } = person;
  const edit = call.query.get("context") === "edit";
  return json(200, { id, name, slug: login, ...(edit && { username: login, roles: [person.role], capabilities: capabilitiesOf(person) }) });
}

/** Method and route → what it does; a number in a route is the thing's id. */
export const ROUTES: Readonly<Record<string, Route>> = {
  "GET /wp/v2/users/me": me,
  "GET /wp/v2/posts": listPosts,
  "POST /wp/v2/posts": createPost,
  "GET /wp/v2/posts/:id": getPost,
  "POST /wp/v2/posts/:id": updatePost,
  "GET /wp/v2/media": listMedia,
  "POST /wp/v2/media": upload,
  "GET /wp/v2/categories": listTerms("categories"),
  "POST /wp/v2/categories": createTerm("categories"),
  "GET /wp/v2/tags": listTerms("tags"),
  "POST /wp/v2/tags": createTerm("tags"),
  "GET /wp/v2/comments": listComments,
};
