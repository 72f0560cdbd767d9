import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { plain, words } from "./blocks.ts";

const { answers, call, checkFields, stage } = trial("contractor-website");
const PHOTOS = ["https://media.example.com/a.jpeg", "https://media.example.com/b.jpeg"];
const KEY = (last: number) => "0".repeat(63) + last;
type Project = { project_id: string; url: string; status: string };
const value = async <T>(tool: string, input: object, key?: string): Promise<T> => {
  const outcome = await call(tool, input as Readonly<Record<string, unknown>>, key);
  return outcome?.ok ? (outcome.value as T) : expect.fail(JSON.stringify(outcome));
};
const shown = async () =>
  ((await stage().rig.sandbox("GET", "/inbox?vendor=contractor-website")) as { inbox: { title: string; text: string }[] }).inbox;

test("a project with photos is on the website, is changed there, is taken down, and is found again as a draft", async () => {
  const given = {
    title: "New roof: Elm & 5th",
    text: "Old tiles <off>.\n\nNew ones on.",
    photos: PHOTOS,
    tags: ["roofing"],
    categories: ["Roofs & more"],
  };
  const made = await value<Project>("crm/publish_project", given, KEY(1));
  expect(made).toMatchObject({
    status: "published",
    photos: 2,
    url: "https://www.sandbox-plumbing.example/new-roof-elm-5th-000000000001/",
  });
  const { project_id } = made;
  const [post] = (await shown()).filter(({ title }) => title === given.title);
  expect(post?.text).toContain("<p>Old tiles &lt;off&gt;.</p>");
  expect(post?.text.match(/<img /g)).toHaveLength(2);

  // Twice under one key, as after a lost answer: the third photo is there once.
  const change = { project_id, text: "All new.", photos: [PHOTOS[0]] };
  for (const _ of [1, 2]) await value("crm/update_project", change, KEY(2));
  const [changed] = (await shown()).filter(({ title }) => title === given.title);
  expect(changed?.text).toContain("<p>All new.</p>");
  expect(changed?.text).not.toContain("tiles");
  expect(changed?.text.match(/<img /g)).toHaveLength(3);

  expect(await value("crm/unpublish_project", { project_id })).toMatchObject({ status: "draft" });
  expect((await shown()).filter(({ title }) => title === given.title)).toEqual([]);
  const { projects } = await value<{ projects: Project[] }>("crm/list_projects", { search: "all new", category: "Roofs & more" });
  expect(projects).toMatchObject([{ project_id, title: given.title, status: "draft" }]);
  const again = await value<Project>("crm/publish_project", { ...given, photos: [PHOTOS[0]], categories: ["ROOFS & More"] }, KEY(3));
  const { projects: both } = await value<{ projects: Project[] }>("crm/list_projects", { category: "roofs & more" });
  expect(both.map((one) => one.project_id).sort()).toEqual([project_id, again.project_id].sort());
  expect(await value("crm/list_projects", { category: "Nothing of the kind" })).toEqual({ projects: [] });
});

test("who may not publish is told what is lacking; a wrong password, an unknown name and a site without WordPress are told apart", async () => {
  expect(await checkFields("valid")).toMatchObject({ ok: true, value: { name: "Sandbox Plumbing", found: { rest: "pretty" } } });
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["publish_posts", "upload_files"] }));
  for (const set of ["wrong", "stranger"]) expect(await checkFields(set), set).toMatchObject(failed({ kind: "CredentialError" }));
  const { valid } = stage().subject.emulator.credentials;
  for (const site_url of ["https://127.0.0.1", "https://router.lan/", "https://www.sandbox-plumbing.example:8443"])
    expect(await checkFields({ ...valid, site_url }), site_url).toMatchObject(
      failed({ kind: "InvalidRequest", issues: [expect.stringContaining("site_url must be")] } as never),
    );
  answers(200, { name: "x", namespaces: ["wp/v2"], authentication: [] });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "PermissionError", missing: ["application_passwords"] }));
  stage().misbehave(() => ({ status: 403, headers: { "content-type": "text/html" }, body: "<h1>Blocked</h1>" }));
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "PermissionError" }));
});

test("a site without readable addresses is found, and asked behind its front page", async () => {
  expect(await checkFields("plain")).toMatchObject({ ok: true, value: { found: { rest: "plain" } } });
  const fields = { ...stage().subject.emulator.credentials["plain"], rest: "plain" };
  const ref = { contractor: "demo", connection: "con_plain" };
  const { generation } = await stage().rig.admin.store({
    ...ref,
    vendor: "contractor-website",
    type: "api_key",
    fields,
    secrets: ["application_password"],
  });
  const ask = {
    ...ref,
    generation,
    call: "c",
    tool: "crm/list_projects",
    input: {},
    idempotencyKey: KEY(9),
    deadline: Date.now() + 10_000,
  };
  expect(await stage().rig.vendor("contractor-website").call(ask)).toMatchObject({ ok: true, value: { projects: expect.any(Array) } });
});

test("reviews are those a plugin keeps, or else what visitors wrote, as a reader sees them", async () => {
  expect(await value("crm/list_reviews", {})).toMatchObject({ total: 1, reviews: [{ author: "Ann O'Neil", text: "On time & tidy." }] });
  expect(await value("crm/list_reviews", { page: "comment:1" })).toMatchObject({ reviews: [{ author: "Bob", text: "Nice roof!" }] });
});

test("what a caller writes stays text: no markup, no shortcode, no block of its own", () => {
  const hostile = '<script>alert(1)</script> [gallery ids="1"] <!-- wp:html --> &amp;\nnext';
  const written = words(hostile);
  expect(written.match(/<[a-z!/]/g)).toEqual(["<!", "<p", "<b", "</", "<!"]); // its own paragraph, and the line's end
  expect(written).not.toContain("[");
  expect(plain(written.replaceAll(/<!--.*?-->/g, ""))).toBe(hostile);
});
