/** Each import rule, against a tree that breaks it and one that does not. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import * as z from "zod";
import { projectRoot } from "./project.ts";
import { scriptOf } from "./run.ts";

const root = mkdtempSync(join(tmpdir(), "junction-imports-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const Report = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })) }),
});

/** Path → what it imports, by type where it says so. */
type Tree = Readonly<Record<string, readonly string[]>>;
const PACKAGES = ["core", "tools", "kit", "catalog", "db", "vault", "dispatch", "sandbox", "testkit", "stranger"];

function violations(name: string, tree: Tree): string[] {
  const base = join(root, name);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  };
  mkdirSync(join(base, "node_modules/@junction"), { recursive: true });
  write("node_modules/zod/package.json", '{"name":"zod","version":"4.0.0","main":"index.js"}');
  write("node_modules/zod/index.js", "");
  for (const each of PACKAGES) {
    write(`packages/${each}/package.json`, `{"name":"@junction/${each}","type":"module","exports":"./src/index.ts"}`);
    write(`packages/${each}/src/index.ts`, "export const face = 1;\n");
    symlinkSync(join(base, "packages", each), join(base, "node_modules/@junction", each));
  }
  for (const folder of ["workers", "mcp-gateway", "scripts"]) mkdirSync(join(base, folder), { recursive: true });
  for (const [path, imports] of Object.entries(tree)) {
    write(
      path,
      `${imports.map((from, index) => `import type * as m${index} from "${from}";\nexport type T${index} = typeof m${index};`).join("\n")}\nexport const x = 1;\n`,
    );
  }
  const depcruise = scriptOf("dependency-cruiser", "depcruise");
  const args = [
    depcruise,
    "--config",
    join(projectRoot, ".dependency-cruiser.mjs"),
    "--output-type",
    "json",
    "packages",
    "workers",
    "mcp-gateway",
    "scripts",
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: base, encoding: "utf8", maxBuffer: 1 << 28 });
  if (stderr !== "") throw new Error(stderr);
  const found = Report.parse(JSON.parse(stdout)).summary.violations;
  return found.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`).sort();
}

test("what the plan of the house allows is allowed", () => {
  const allowed: Tree = {
    "packages/dispatch/src/pipeline.ts": ["@junction/core", "@junction/catalog", "@junction/db", "./ledger.ts", "zod"],
    "packages/dispatch/src/ledger.ts": ["@junction/core"],
    "packages/kit/src/auth.ts": ["@junction/core", "@junction/tools"],
    "packages/testkit/src/laws.ts": ["@junction/kit", "@junction/sandbox"],
    "workers/acme/acme.ts": ["@junction/kit", "@junction/tools", "zod", "./payments.ts"],
    "workers/acme/payments.ts": ["@junction/kit"],
    "workers/acme/acme.emulator.ts": ["@junction/sandbox", "zod", "./emulator/pages.ts"],
    "workers/acme/emulator/pages.ts": ["@junction/sandbox"],
    "workers/acme/acme.test.ts": ["../../scripts/stack.ts", "@junction/testkit"],
    "workers/vault/src/index.ts": ["@junction/vault", "@junction/core", "cloudflare:workers"],
    "mcp-gateway/src/index.ts": ["@junction/dispatch", "@junction/catalog", "./mcp.ts"],
    "mcp-gateway/src/mcp.ts": ["@junction/core"],
    "scripts/stack.ts": ["@junction/vault", "@junction/kit"],
  };
  expect(violations("good", allowed)).toEqual([]);
});

test("each rule bites, on an import of a type alone", () => {
  const bad: Tree = {
    "packages/core/src/up.ts": ["@junction/tools"],
    "packages/kit/src/side.ts": ["@junction/sandbox"],
    "packages/kit/src/self.ts": ["./index.ts"],
    "packages/db/src/selfbyname.ts": ["@junction/db"],
    "packages/dispatch/src/deep.ts": ["../../core/src/inner.ts"],
    "packages/core/src/inner.ts": [],
    "packages/db/src/round.ts": ["./about.ts"],
    "packages/db/src/about.ts": ["./round.ts"],
    "packages/tools/src/utils.ts": ["@junction/core"],
    "packages/tools/src/user.ts": ["./helpers/text.ts"],
    "packages/tools/src/helpers/text.ts": [],
    "packages/catalog/src/lost.ts": ["./nowhere.ts"],
    "packages/stranger/src/new.ts": ["@junction/core"],
    "workers/acme/acme.ts": ["../zenith/zenith.ts", "@junction/core", "./acme.emulator.ts", "../../mcp-gateway/src/a.ts"],
    "workers/acme/acme.emulator.ts": ["@junction/kit", "./part.ts"],
    "workers/acme/part.ts": [],
    "workers/zenith/zenith.ts": [],
    "workers/vault/src/index.ts": ["@junction/kit"],
    "mcp-gateway/src/a.ts": ["../../workers/zenith/zenith.ts", "@junction/kit", "@junction/vault", "../../packages/core/src/inner.ts"],
    "packages/sandbox/src/run.ts": ["../../../scripts/start.ts"],
    "scripts/start.ts": [],
  };
  expect(violations("bad", bad)).toEqual([
    "by-the-face-from-outside: mcp-gateway/src/a.ts → packages/core/src/inner.ts",
    "by-the-face: packages/dispatch/src/deep.ts → packages/core/src/inner.ts",
    "core-enters-only-its-own: packages/core/src/up.ts → packages/tools/src/index.ts",
    "emulator-keeps-to-itself: workers/acme/acme.emulator.ts → packages/kit/src/index.ts",
    "emulator-keeps-to-itself: workers/acme/acme.emulator.ts → workers/acme/part.ts",
    "every-package-has-its-rule: packages/stranger/src/new.ts → packages/core/src/index.ts",
    "gateway-knows-no-vendor: mcp-gateway/src/a.ts → packages/kit/src/index.ts",
    "gateway-knows-no-vendor: mcp-gateway/src/a.ts → packages/vault/src/index.ts",
    "gateway-knows-no-vendor: mcp-gateway/src/a.ts → workers/zenith/zenith.ts",
    "kit-enters-only-its-own: packages/kit/src/side.ts → packages/sandbox/src/index.ts",
    "no-circles: packages/db/src/about.ts → packages/db/src/round.ts",
    "no-drawer-files-imported: packages/tools/src/user.ts → packages/tools/src/helpers/text.ts",
    "no-drawer-files: packages/tools/src/utils.ts → packages/core/src/index.ts",
    "not-its-own-face: packages/db/src/selfbyname.ts → packages/db/src/index.ts",
    "not-its-own-face: packages/kit/src/self.ts → packages/kit/src/index.ts",
    "only-the-vault-worker-enters-vault: mcp-gateway/src/a.ts → packages/vault/src/index.ts",
    "resolves: packages/catalog/src/lost.ts → ./nowhere.ts",
    "sandbox-enters-only-its-own: packages/sandbox/src/run.ts → scripts/start.ts",
    "scripts-are-no-library: packages/sandbox/src/run.ts → scripts/start.ts",
    "vault-worker-enters-core-and-vault: workers/vault/src/index.ts → packages/kit/src/index.ts",
    "vendor-keeps-to-itself: workers/acme/acme.ts → mcp-gateway/src/a.ts",
    "vendor-keeps-to-itself: workers/acme/acme.ts → packages/core/src/index.ts",
    "vendor-keeps-to-itself: workers/acme/acme.ts → workers/acme/acme.emulator.ts",
    "vendor-keeps-to-itself: workers/acme/acme.ts → workers/zenith/zenith.ts",
  ]);
});

test("the named z of zod is refused, and all of zod where a vendor's Worker would carry it", () => {
  const base = join(root, "lint");
  for (const folder of ["packages/kit", "workers/acme", "workers/vault"]) mkdirSync(join(base, folder), { recursive: true });
  copyFileSync(join(projectRoot, "biome.json"), join(base, "biome.json"));
  writeFileSync(join(base, "bad.ts"), 'import { z } from "zod";\nexport { z };\n');
  for (const path of ["good.ts", "workers/vault/good.ts", "packages/kit/bad.ts", "workers/acme/bad.ts"])
    writeFileSync(join(base, path), 'import * as z from "zod";\nexport { z };\n');
  for (const path of ["packages/kit/good.ts", "workers/acme/good.ts"])
    writeFileSync(join(base, path), 'import * as z from "zod/mini";\nexport { z };\n');
  writeFileSync(join(base, "workers/acme/named.ts"), 'import { z } from "zod/mini";\nexport { z };\n');
  const args = [
    scriptOf("@biomejs/biome", "biome"),
    "lint",
    "--vcs-enabled=false",
    "--only=style/noRestrictedImports",
    "--reporter=json",
    ".",
  ];
  const { stdout } = spawnSync(process.execPath, args, { cwd: base, encoding: "utf8" });
  const Lint = z.object({ diagnostics: z.array(z.object({ location: z.object({ path: z.string() }) })) });
  expect(
    Lint.parse(JSON.parse(stdout))
      .diagnostics.map(({ location }) => location.path)
      .sort(),
  ).toEqual([...["bad.ts", "packages/kit/bad.ts", "workers/acme/bad.ts", "workers/acme/named.ts"]]);
});
