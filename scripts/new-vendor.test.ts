/** A vendor as the generator writes it, of each kind, held to the laws of the family, to the compiler and to the linter. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSubject, member, openStage, RESTING_LAWS, type Rig, startRig, verdict, WORKING_LAWS } from "@junction/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUTHS } from "./new-vendor/vendor.ts";
import { readNewVendor, writeVendor } from "./new-vendor.ts";
import { projectRoot } from "./project.ts";
import { scriptOf } from "./run.ts";

// Inside the project, so that its packages and compiler options are found from there.
mkdirSync(join(projectRoot, ".junction"), { recursive: true });
const root = mkdtempSync(join(projectRoot, ".junction/new-vendor-"));
mkdirSync(join(root, "workers"));
symlinkSync(join(projectRoot, "workers/node_modules"), join(root, "workers/node_modules"));

const ids = AUTHS.map((auth) => `acme-${auth.replace("_", "-")}`);
for (const [index, id] of ids.entries()) writeVendor(root, readNewVendor(root, [id, "--auth", AUTHS[index] ?? ""]));
const members = ids.map((id) => member(join(root, "workers", id, `${id}.ts`), id));

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(members);
});
afterAll(async () => {
  await rig.dispose();
  rmSync(root, { recursive: true, force: true });
});

describe.each(members)("a new vendor: $id", (one) => {
  test("keeps every law of the family", async () => {
    const subject = await loadSubject(one);
    const stage = await openStage(rig, subject);
    const broken: Record<string, readonly string[]> = {};
    const hold = (law: string, breaches: readonly string[]) => {
      if (breaches.length > 0) broken[law] = breaches;
    };
    for (const law of RESTING_LAWS) hold(law.name, verdict(law.name, await law.check(subject), subject.contract));
    for (const law of WORKING_LAWS) hold(law.name, verdict(law.name, await law.check(stage), subject.contract));
    expect(broken).toEqual({});
  }, 60_000);
});

test("they compile, and the linter has nothing to say", () => {
  writeFileSync(
    join(root, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: ["workers"], exclude: ["**/node_modules"] }),
  );
  const compiled = spawnSync(process.execPath, [scriptOf("typescript", "tsc"), "-p", root], { encoding: "utf8" });
  expect(compiled.stdout).toBe("");
  const biome = scriptOf("@biomejs/biome", "biome");
  spawnSync(process.execPath, [biome, "check", "--write", "--vcs-enabled=false", "workers"], { cwd: root });
  const linted = spawnSync(process.execPath, [biome, "check", "--error-on-warnings", "--vcs-enabled=false", "workers"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(linted.status, linted.stderr + linted.stdout).toBe(0);
});

test.each([
  [["Acme", "--auth", "basic"], '"Acme" is no vendor id'],
  [["acme_co", "--auth", "basic"], '"acme_co" is no vendor id'],
  [["../acme", "--auth", "basic"], '"../acme" is no vendor id'],
  [["vault", "--auth", "basic"], '"vault" is the name of a Worker of the house'],
  [["acme-basic", "--auth", "basic"], "workers/acme-basic exists already"],
  [["acme", "--auth", "magic"], '--auth "magic" is none of api_key, basic, oauth2'],
  [["acme"], "Say how it is authenticated"],
  [["acme", "--auth", "basic", "--name", 'A"; drop'], "is no name"],
  [[], "pnpm new:vendor <id>"],
])("%j is refused in words", (args, words) => {
  expect(() => readNewVendor(root, args)).toThrow(words);
});
