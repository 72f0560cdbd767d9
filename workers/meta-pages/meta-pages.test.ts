import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, stage } = trial("meta-pages");
const REDIRECT = "https://junction.example/oauth/callback";
const PAGE = "104729583047001";
const ACCOUNT = "17841400000047001";
const [PHOTO, ANOTHER] = ["https://media.example.com/a.jpeg", "https://media.example.com/b.jpeg"];
const VIDEO = "https://media.example.com/a.mp4";
const DAY = 86_400_000;
const says = (status: number, code: number, more: object = {}) => answers(status, { error: { message: "x", code, ...more } });

/** The code that the sandbox's dialog gives once its form is sent. */
async function consent(form: Readonly<Record<string, string>>): Promise<URL> {
  const query = new URLSearchParams({
    client_id: stage().subject.emulator.credentials.platform?.["client_id"] ?? "",
    redirect_uri: REDIRECT,
    scope: "pages_show_list,pages_read_engagement,pages_manage_posts",
    response_type: "code",
    state: "s",
  });
  const { headers } = await stage().rig.visit(new URL(`https://www.facebook.com/v26.0/dialog/oauth?${query}`), form);
  return new URL(headers["location"] ?? "");
}

let connections = 0;
/** A connection by the given code, as the gateway makes it. */
async function exchange(code: string) {
  const connection = `con_${++connections}`;
  const { rig } = stage();
  const done = await rig
    .vendor("meta-pages")
    .exchange({ contractor: "demo", connection, code, codeVerifier: "v".repeat(43), redirectUri: REDIRECT });
  const generation = done.ok ? (done.value.generation ?? 0) : 0;
  return { done, held: { contractor: "demo", connection, generation, call: "c" } };
}

test("a code is traded for a token, and that for one of sixty days, before anything is stored", async () => {
  const { rig } = stage();
  const { done, held } = await exchange((await consent({ decision: "approve" })).searchParams.get("code") ?? "");
  expect(done).toMatchObject({
    ok: true,
    value: { identity: { name: "Sam Owner" }, scopes: expect.arrayContaining(["pages_manage_posts"]) },
  });
  const described = await rig.admin.describe(held);
  const days = ((described?.expiresAt ?? 0) - Date.now()) / DAY;
  expect(Math.round(days)).toBe(60);
  expect(await rig.vendor("meta-pages").check(held)).toMatchObject({ ok: true });

  expect(await rig.vendor("meta-pages").revoke(held)).toMatchObject({ ok: true });
  expect(await rig.vendor("meta-pages").check(held)).toMatchObject(failed({ kind: "CredentialError" }));
  expect(await rig.vendor("meta-pages").revoke(held)).toMatchObject({ ok: true });
});

test("a token of which little is left is traded for a longer one before the call", async () => {
  const { rig, subject } = stage();
  const fields = { access_token: subject.emulator.credentials.valid["access_token"] ?? "" };
  const ref = { contractor: "demo", connection: "con_aging" };
  const store = {
    ...ref,
    vendor: "meta-pages",
    type: "oauth_token",
    fields,
    secrets: ["access_token"],
    expiresAt: Date.now() + 10 * DAY,
  } as const;
  const { generation } = await rig.admin.store(store);
  expect(await rig.vendor("meta-pages").check({ ...ref, generation, call: "c" })).toMatchObject({ ok: true, generation: generation + 1 });
  expect(Math.round((((await rig.admin.describe(ref))?.expiresAt ?? 0) - Date.now()) / DAY)).toBe(60);
});

test("a permission that was unticked is named, and nothing is stored", async () => {
  const back = await consent({ decision: "approve_ticked", scope: "pages_show_list" });
  const { done, held } = await exchange(back.searchParams.get("code") ?? "");
  expect(done).toMatchObject(failed({ kind: "PermissionError", missing: ["pages_read_engagement", "pages_manage_posts"] }));
  expect(await stage().rig.admin.describe(held)).toBeNull();
  expect((await consent({ decision: "deny" })).searchParams.get("error")).toBe("access_denied");
});

test("a dead token is CredentialError whatever killed it, and a lacking permission is named", async () => {
  const { rig } = stage();
  for (const set of ["expired", "wrong"] as const) {
    const fields = { access_token: stage().subject.emulator.credentials[set]?.["access_token"] ?? "" };
    const ref = { contractor: "demo", connection: `con_${set}` };
    const { generation } = await rig.admin.store({ ...ref, vendor: "meta-pages", type: "oauth_token", fields, secrets: ["access_token"] });
    expect(await rig.vendor("meta-pages").check({ ...ref, generation, call: "c" })).toMatchObject(failed({ kind: "CredentialError" }));
  }
  for (const code of [10, 200, 275, 299]) {
    answers(400, { error: { code, message: `(#${code}) Requires pages_manage_posts permission` } });
    expect(await call("crm/list_social_pages", {})).toMatchObject(failed({ kind: "PermissionError", missing: ["pages_manage_posts"] }));
  }
});

test("Meta's numbers mean what they mean, whatever the status", async () => {
  for (const code of [4, 17, 32, 341, 613, 80001]) {
    says(code === 4 ? 403 : 400, code);
    expect(await call("crm/list_social_pages", {})).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 300_000 }));
  }
  for (const [code, kind, more] of [
    [1, "VendorUnavailable", {}],
    [2, "VendorUnavailable", {}],
    [100, "InvalidRequest", {}],
    [100, "NotFound", { error_subcode: 33 }],
    [2500, "VendorUnavailable", { is_transient: true }],
  ] as const) {
    says(400, code, more);
    expect(await call("crm/list_social_pages", {}), `${code}`).toMatchObject(failed({ kind }));
  }
  const usage = { "104729583047001": [{ type: "instagram", estimated_time_to_regain_access: 17 }] };
  const headers = { "content-type": "application/json", "x-business-use-case-usage": JSON.stringify(usage) };
  stage().misbehave(() => ({ status: 400, headers, body: JSON.stringify({ error: { code: 9, error_subcode: 2207042, message: "x" } }) }));
  expect(await call("crm/list_social_pages", {})).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 17 * 60_000 }));
  says(400, 368);
  expect(await call("crm/list_social_pages", {})).toMatchObject(failed({ kind: "Declined", code: "blocked_by_policy" }));
});

test("a post is public once, a repeat is declined, and a page one may only read is no page to post on", async () => {
  const text = "Spring special: drains cleaned for $99";
  expect(await call("crm/list_social_pages", {})).toEqual({
    ok: true,
    value: {
      pages: [
        { page_id: PAGE, name: "Sandbox Plumbing", platform: "facebook", can_post: true },
        { page_id: ACCOUNT, name: "sandbox_plumbing", platform: "instagram", can_post: true },
        { page_id: "104729583047002", name: "Springfield Trades", platform: "facebook", can_post: false },
      ],
    },
  });
  const made = await call("crm/post_to_facebook", { text, page_id: PAGE });
  const post_id = made?.ok ? (made.value as { post_id: string }).post_id : "";
  expect(made).toMatchObject({
    ok: true,
    value: { post_id: expect.stringMatching(new RegExp(`^${PAGE}_\\d+$`)), url: `https://www.facebook.com/${post_id}` },
  });
  expect(await call("crm/post_to_facebook", { text, page_id: PAGE })).toMatchObject(failed({ kind: "Declined", code: "duplicate_post" }));
  expect(await call("crm/post_to_facebook", { text, page_id: "104729583047002" })).toMatchObject(
    failed({ kind: "PermissionError", missing: ["CREATE_CONTENT"] }),
  );
  expect(await call("crm/post_to_facebook", { text, page_id: "999" })).toMatchObject(failed({ kind: "NotFound" }));
});

/** What became public. */
async function publicly(): Promise<readonly { readonly title: string; readonly text: string }[]> {
  const { inbox } = (await stage().rig.sandbox("GET", "/inbox?vendor=meta-pages")) as { inbox: { title: string; text: string }[] };
  return inbox;
}

test("photos hang on one post, a video is one, and who has one page need not say which", async () => {
  expect(await call("crm/post_to_facebook", { text: "Two photos", photos: [PHOTO, ANOTHER] })).toMatchObject({ ok: true });
  expect(await call("crm/post_to_facebook", { text: "A video", video: VIDEO })).toMatchObject({ ok: true });
  const shown = await publicly();
  const linked = expect.stringMatching(/^Two photos\nhttps:\/\/\S+\nhttps:\/\/\S+$/);
  expect(shown).toContainEqual(expect.objectContaining({ title: "Posted on Sandbox Plumbing", text: linked }));
  expect(shown).toContainEqual(
    expect.objectContaining({ title: "Video on Sandbox Plumbing", text: expect.stringMatching(/^A video\nhttps:/) }),
  );
});

test("Instagram publishes a photo, several as one, and a reel once it is ready; and says when the day's posts are used up", async () => {
  for (const [text, media] of Object.entries({
    "One photo": { photos: [PHOTO] },
    "Two photos": { photos: [PHOTO, ANOTHER], page_id: ACCOUNT },
    "A reel": { video: VIDEO },
  }))
    expect(await call("crm/post_to_instagram", { text, ...media })).toMatchObject({ ok: true, value: { post_id: expect.any(String) } });
  const shown = (await publicly()).filter(({ title }) => title === "Posted on Instagram as sandbox_plumbing");
  expect(shown.map(({ text }) => text.split("\n").length).sort()).toEqual([2, 2, 3]);
  expect(await call("crm/post_to_instagram", { text: "Whose?", photos: [PHOTO], page_id: "17841400000000404" })).toMatchObject(
    failed({ kind: "NotFound" }),
  );
  answers(200, { data: [{ config: { quota_total: 50, quota_duration: 86_400 }, quota_usage: 50 }] });
  expect(await call("crm/post_to_instagram", { text: "Too many", photos: [PHOTO], page_id: ACCOUNT })).toMatchObject(
    failed({ kind: "RateLimited" }),
  );
});

test("who has not let us see Instagram accounts has pages all the same", async () => {
  const { rig, subject } = stage();
  const fields = { access_token: subject.emulator.credentials["restricted"]?.["access_token"] ?? "" };
  const ref = { contractor: "demo", connection: "con_restricted" };
  const { generation } = await rig.admin.store({ ...ref, vendor: "meta-pages", type: "oauth_token", fields, secrets: ["access_token"] });
  const ask = {
    ...ref,
    generation,
    call: "c",
    tool: "crm/list_social_pages",
    input: {},
    idempotencyKey: "k",
    deadline: Date.now() + 10_000,
  };
  const outcome = await rig.vendor("meta-pages").call(ask);
  expect(outcome).toMatchObject({ ok: true, value: { pages: [{ platform: "facebook" }, { platform: "facebook" }] } });
});
