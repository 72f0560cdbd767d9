/** What a browser has to fetch before the first page stands there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { buildSettings } from "../../scripts/settings.ts";

const dist = join(projectRoot, "packages/settings-ui/dist");
const LIMIT = 250_000;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

beforeAll(() => buildSettings(projectRoot), 120_000);

/** Every file behind a chunk: itself, what it imports at once, and their styles and fonts. */
function files(manifest: Readonly<Record<string, Chunk>>, name: string, into = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || into.has(chunk.file)) return into;
  for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) into.add(file);
  for (const each of chunk.imports ?? []) files(manifest, each, into);
  return into;
}

test("the first load of every page is under 250 KB compressed, fonts and styles counted", () => {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  // Those the app itself opens; a dialog is fetched when someone asks for it, onto a page that is there already.
  const pages = (manifest["index.html"]?.dynamicImports ?? []).filter((name) => name.startsWith("src/pages/"));
  expect(pages.length).toBeGreaterThan(8);
  for (const page of pages) {
    const wanted = ["index.html", ...files(manifest, "index.html"), ...files(manifest, page)];
    const bytes = [...new Set(wanted)].reduce((sum, file) => {
      const content = readFileSync(join(dist, file));
      return sum + (file.endsWith(".woff2") ? content.length : gzipSync(content).length); // a font is compressed already
    }, 0);
    console.info(`${page}: ${Math.round(bytes / 1000)} KB`);
    expect(bytes, page).toBeLessThan(LIMIT);
  }
});

test("the page holds no script of its own, and its policy admits none", () => {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/\son\w+=/);
  const headers = readFileSync(join(dist, "_headers"), "utf8");
  expect(headers).toMatch(/script-src 'self';/);
  expect(headers).toMatch(/default-src 'self';/);
  expect(headers).toMatch(/frame-ancestors 'none'/);
  expect(headers).toMatch(/Referrer-Policy: no-referrer/);
});

test("the logo of every vendor that has one is in the build, though no file lists them", () => {
  const manifest = readFileSync(join(dist, ".vite/manifest.json"), "utf8");
  const chunk = Object.values(JSON.parse(manifest) as Record<string, Chunk>).find(({ file }) => /\/logo-[\w-]+\.js$/.test(file));
  const code = readFileSync(join(dist, chunk?.file ?? ""), "utf8");
  for (const vendor of ["twilio", "stripe", "google-calendar"]) expect(code.includes(`/${vendor}/logo.svg`), vendor).toBe(true);
  expect(existsSync(join(dist, "settings/icon.svg"))).toBe(true);
});

test("a build whose sources did not change is not made again", async () => {
  expect(await buildSettings(projectRoot)).toBe(false);
});
