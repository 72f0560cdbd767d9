/** The same actions against WordPress itself, with its database: Debian's packages, where they are installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, freePort, trial } from "@junction/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

const WORDPRESS = "/usr/share/wordpress";
const has = (program: string, ...args: readonly string[]) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
if (existsSync(WORDPRESS) && has("php", "-r", "exit(extension_loaded('mysqli') ? 0 : 1);") && has("mariadbd", "--version"))
  describe("against WordPress", () => withWordPress());
else test.skip("against WordPress, which is not installed here: apt-get install wordpress php-cli php-mysql mariadb-server", () => {});

function withWordPress(): void {
  const { call, checkFields, stage } = trial("contractor-website");
  const folder = mkdtempSync(join(tmpdir(), "junction-wordpress-"));
  const [site, socket] = [join(folder, "site"), join(folder, "db.sock")];
  const running: ChildProcess[] = [];
  let base = "";

  beforeAll(async () => {
    cpSync(WORDPRESS, site, { recursive: true, dereference: true, filter: (path) => path !== join(WORDPRESS, "wp-config.php") });
    await database();
    const { valid, restricted } = stage().subject.emulator.credentials;
    writeFileSync(join(site, "wp-config.php"), config(new URL(valid["site_url"] ?? "")));
    const theme = join(site, "wp-content/themes/bare"); // WordPress shows nothing without one
    mkdirSync(theme, { recursive: true });
    writeFileSync(join(theme, "style.css"), "/* Theme Name: Bare */");
    writeFileSync(join(theme, "index.php"), "<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); }");
    writeFileSync(join(folder, "install.php"), INSTALL);
    const people = [valid, restricted].flatMap((one) => [
      one?.["username"] ?? "",
      one?.["application_password"]?.replaceAll(" ", "") ?? "",
    ]);
    run("php", join(folder, "install.php"), site, ...people);
    const port = await freePort();
    running.push(spawn("php", ["-S", `127.0.0.1:${port}`, "-t", site], { stdio: "ignore" }));
    base = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${base}/wp-json/`)).status).toBe(200), { timeout: 20_000, interval: 100 });
  }, 60_000);
  afterAll(() => {
    for (const one of running) one.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(() => {
    stage().misbehave(async ({ method, host, url, headers, bytes }) => {
      const kept = [...headers].filter(([name]) => ["authorization", "content-type", "content-disposition", "accept"].includes(name));
      const init = { method, headers: Object.fromEntries(kept), ...(bytes.length > 0 && { body: bytes }) };
      const answer = await fetch(url.replace(`https://${host}`, base), { ...init, redirect: "manual" });
      const given = [...answer.headers].filter(([name]) => name === "content-type" || name.startsWith("x-wp-"));
      return { status: answer.status, headers: Object.fromEntries(given), body: await answer.text() };
    });
  });

  async function database(): Promise<void> {
    const data = join(folder, "db");
    const own = ["--no-defaults", "--user=root", `--datadir=${data}`];
    run("mariadb-install-db", ...own, "--auth-root-authentication-method=normal", "--skip-test-db");
    running.push(
      spawn("mariadbd", [...own, `--socket=${socket}`, "--skip-networking", "--innodb-flush-log-at-trx-commit=0"], { stdio: "ignore" }),
    );
    const query = (sql: string) => has("mariadb", "--no-defaults", "-uroot", "-S", socket, "-e", sql);
    await vi.waitFor(() => expect(query("CREATE DATABASE IF NOT EXISTS wp")).toBe(true), { timeout: 20_000, interval: 100 });
  }
  /** Asked here by its port, it takes itself for the site that the world sees, or it would send every reader there. */
  const config = ({ host, origin }: URL) => `<?php
$_SERVER['HTTP_HOST'] = '${host}'; $_SERVER['HTTPS'] = 'on';
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:${socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_HOME', '${origin}'); define('WP_SITEURL', WP_HOME); define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;

  const PHOTOS = ["https://media.example.com/a.jpeg", "https://media.example.com/b.jpeg"];
  const KEY = (last: number) => "0".repeat(63) + last;
  type Project = { project_id: string; url: string; status: string };
  const value = async <T = Project>(tool: string, input: Readonly<Record<string, unknown>>, key?: string): Promise<T> => {
    const outcome = await call(tool, input, key);
    return outcome?.ok ? (outcome.value as T) : expect.fail(JSON.stringify(outcome));
  };
  const page = async (url: string) => (await fetch(url.replace(/^https:\/\/[^/]+/, base), { redirect: "manual" })).text();

  test("it is connected by its application password; a wrong one, an unknown name and one who may not publish are told apart", async () => {
    expect(await checkFields("valid")).toMatchObject({ ok: true, value: { name: "Sandbox Plumbing", found: { rest: "pretty" } } });
    for (const set of ["wrong", "stranger"]) expect(await checkFields(set), set).toMatchObject(failed({ kind: "CredentialError" }));
    expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["publish_posts", "upload_files"] }));
  });

  test("a project with photos is published once, read by a visitor as it was written, changed, taken down, and found as a draft", async () => {
    const given = {
      ...{ title: "New roof: Elm & 5th", text: 'Old tiles <off>. [gallery ids="1"]\n\nNew ones on: 20 % "better"\\.', photos: PHOTOS },
      ...{ tags: ["roofing"], categories: ["Projects & more"] },
    };
    const made = await value<Project & { photos: number }>("crm/publish_project", given, KEY(1));
    expect(made).toMatchObject({ status: "published", photos: 2, url: expect.stringContaining("/new-roof-elm-5th-000000000001/") });
    const action = stage().subject.vendor.actions.get("crm/publish_project") ?? expect.fail();
    const asked = { input: action.tool.input.parse(given), idempotencyKey: KEY(1), sentAt: Date.now() - 60_000 };
    expect((await stage().probe(action, asked)).outcome).toMatchObject({ ok: true, value: made }); // what a lost answer is told
    expect((await stage().probe(action, { ...asked, idempotencyKey: KEY(8) })).outcome).toEqual({ ok: true, value: null });

    const seen = await page(made.url);
    expect(seen).toMatch(/<p>Old tiles &lt;off&gt;\. (&#91;|\[)gallery ids=/);
    expect(seen).toContain("\\.</p>");
    expect(seen.match(/<img [^>]*project-000000000001-/g)?.length).toBeGreaterThanOrEqual(2);

    const { project_id } = made;
    const change = { project_id, title: "New roof", text: "All new.", photos: [PHOTOS[0]] };
    for (const _ of [1, 2]) await value("crm/update_project", change, KEY(2));
    const changed = await page(made.url);
    expect(changed).toContain("<p>All new.</p>");
    expect(changed).not.toContain("tiles");
    expect(new Set(changed.match(/project-0{11}[12]-\d(?=[.-])/g))).toHaveLength(3);

    expect(await value("crm/unpublish_project", { project_id })).toMatchObject({ status: "draft" });
    expect(await page(made.url)).not.toContain("All new.");
    const { projects } = await value<{ projects: Project[] }>("crm/list_projects", { search: "all new", category: "projects & MORE" });
    expect(projects).toMatchObject([{ project_id, title: "New roof", status: "draft" }]);
    expect(await value("crm/list_projects", { category: "Nothing of the kind" })).toEqual({ projects: [] });
    await value("crm/publish_project", { ...given, title: "Another", status: "draft" }, KEY(3)); // its category and tag are there already
    expect((await value<{ projects: Project[] }>("crm/list_projects", { category: "Projects & more" })).projects).toHaveLength(2);
    expect(await call("crm/unpublish_project", { project_id: "999999" })).toMatchObject(failed({ kind: "NotFound" }));
  });

  test("what visitors wrote is listed", async () => {
    const { reviews, total } = await value<{ reviews: object[]; total: number }>("crm/list_reviews", {});
    expect(total).toBe(1); // WordPress comes with one
    expect(reviews).toMatchObject([{ author: "A WordPress Commenter", text: expect.stringContaining("this is a comment") }]);
  });
}

/** Puts the site up with readable addresses, an owner and one who may write and not publish, each with the application password that is given. */
const INSTALL = `<?php
[, $site, $owner, $password, $crew, $theirs] = $argv;
define('WP_INSTALLING', true);
require $site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
function allow(int $id, string $password): void {
  WP_Application_Passwords::create_new_application_password($id, ['name' => 'Junction']);
  $all = get_user_meta($id, WP_Application_Passwords::USERMETA_KEY_APPLICATION_PASSWORDS, true);
  $all[0]['password'] = wp_hash_password($password);
  update_user_meta($id, WP_Application_Passwords::USERMETA_KEY_APPLICATION_PASSWORDS, $all);
}
add_filter('pre_wp_mail', fn() => true);
allow(wp_install('Sandbox Plumbing', $owner, 'office@example.com', true, '', wp_generate_password())['user_id'], $password);
allow(wp_insert_user(['user_login' => $crew, 'user_pass' => wp_generate_password(), 'role' => 'contributor']), $theirs);
switch_theme('bare');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules();
`;

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}${stdout}`);
}
