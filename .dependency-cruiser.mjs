// Who may import whom, types counted. `npm run check` runs it; scripts/imports.test.ts proves that each rule bites.

/** package → the packages it may enter, by their face. What is not listed may enter none. */
const MAY_ENTER = {
  core: [],
  tools: ["core"],
  kit: ["core", "tools"],
  catalog: ["core"],
  db: ["core"],
  vault: ["core"],
  dispatch: ["core", "catalog", "db"],
  ingest: ["core", "catalog", "db", "dispatch"],
  leads: ["core", "catalog", "db"],
  outgoing: ["core", "db"],
  calendar: ["core", "catalog", "db", "dispatch"],
  files: ["core", "db", "outgoing"],
  receptionist: ["core", "db"],
  areas: ["core", "db"],
  workflow: ["core", "catalog", "db", "dispatch", "leads", "outgoing"],
  sandbox: ["core"],
  testkit: ["core", "catalog", "kit", "sandbox", "tools"],
  "settings-ui": ["core", "catalog"],
};

/** The settings app's client is typed by the API it calls; the gateway serves its build, and imports none of it. */
const BESIDES = { "settings-ui": ["^mcp-gateway/src/api/app[.]ts$"] };

const FACES =
  "^packages/[^/]+/src/index[.]ts$|^packages/kit/src/serve[.]ts$|^packages/sandbox/src/worker[.]ts$|^packages/workflow/src/schema[.]ts$|^packages/catalog/catalog[.]gen[.]json$";
const TEST = "[.](test|storm|test-d)[.]ts$|(^|/)(rig|testing)([./]|$)";
/** A vendor's emulator: `<id>.emulator.ts`, and what it splits into, under `emulator/`. */
const EMULATOR = "(?:[^/]+[.]emulator[.]ts$|emulator/)";
const one = (names) => `^packages/(${names.join("|") || "none"})/`;
const library = (name) => `/node_modules/${name}/|^node_modules/${name}/|^${name}$`;
/** zod, and readers of formats that no vendor should read by hand. */
const LIBRARIES = ["zod", "ical[.]js", "@rgrove/parse-xml"].map(library).join("|");

const packages = Object.entries(MAY_ENTER).map(([name, others]) => ({
  name: `${name}-enters-only-its-own`,
  comment: `packages/${name} may enter ${others.join(", ") || "no other package"}`,
  severity: "error",
  from: { path: `^packages/${name}/`, pathNot: TEST },
  to: { path: "^(packages|workers|mcp-gateway|scripts)/", pathNot: [one([name, ...others]), ...(BESIDES[name] ?? [])] },
}));

export default {
  forbidden: [
    ...packages,
    {
      name: "every-package-has-its-rule",
      comment: "a package that this file does not know; say above what it may enter",
      severity: "error",
      from: { path: "^packages/([^/]+)/", pathNot: one(Object.keys(MAY_ENTER)) },
      to: {},
    },
    {
      name: "no-circles",
      comment: "an import that comes back to where it began",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolves",
      comment: "an import that leads nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^cloudflare:" },
    },
    {
      name: "by-the-face",
      comment: "a package is entered by its face, from within another package",
      severity: "error",
      from: { path: "^packages/([^/]+)/", pathNot: TEST },
      to: { path: "^packages/", pathNot: [FACES, "^packages/$1/"] },
    },
    {
      name: "by-the-face-from-outside",
      comment: "a package is entered by its face",
      severity: "error",
      from: { pathNot: ["^packages/", TEST] },
      to: { path: "^packages/", pathNot: FACES },
    },
    {
      name: "not-its-own-face",
      comment: "a package never imports its own face: that is a circle waiting to happen",
      severity: "error",
      from: { path: "^packages/([^/]+)/", pathNot: TEST },
      to: { path: "^packages/$1/src/index[.]ts$" },
    },
    {
      name: "vendor-keeps-to-itself",
      comment: "a vendor uses itself, the kit, the tools, zod and the formats' readers",
      severity: "error",
      from: { path: `^workers/(?!vault/)([^/]+)/(?!${EMULATOR})`, pathNot: TEST },
      to: { pathNot: [`^workers/$1/(?!${EMULATOR})`, "^packages/(kit|tools)/src/index[.]ts$", LIBRARIES] },
    },
    {
      name: "emulator-keeps-to-itself",
      comment:
        "an emulator is written from the vendor's side: it uses its own folder's emulator files, the sandbox's face, zod and the formats' readers",
      severity: "error",
      from: { path: `^workers/(?!vault/)([^/]+)/${EMULATOR}`, pathNot: TEST },
      to: { pathNot: [`^workers/$1/${EMULATOR}`, "^packages/sandbox/src/index[.]ts$", LIBRARIES] },
    },
    {
      name: "vault-worker-enters-core-and-vault",
      comment: "the vault's Worker enters core and vault",
      severity: "error",
      from: { path: "^workers/vault/", pathNot: TEST },
      to: { path: "^(packages|workers|mcp-gateway|scripts)/", pathNot: ["^packages/(core|vault)/", "^workers/vault/"] },
    },
    {
      name: "only-the-vault-worker-enters-vault",
      comment: "sealing and the keyring are the vault Worker's alone; the scripts make and rotate the keyring",
      severity: "error",
      from: { pathNot: ["^packages/vault/", "^workers/vault/", "^scripts/", TEST] },
      to: { path: "^packages/vault/" },
    },
    {
      name: "gateway-knows-no-vendor",
      comment: "the gateway knows vendors by the catalog and by bindings: it imports neither a vendor, nor the kit, nor the sandbox",
      severity: "error",
      from: { path: "^mcp-gateway/", pathNot: TEST },
      to: { path: "^(workers|scripts)/|^packages/(kit|tools|sandbox|testkit|vault)/" },
    },
    {
      name: "scripts-are-no-library",
      comment: "nothing that runs in a Worker imports the scripts",
      severity: "error",
      from: { pathNot: ["^scripts/", "^tests/", TEST] },
      to: { path: "^scripts/" },
    },
    {
      name: "no-drawer-files",
      comment: "utils, helpers, common, types, constants: a file is named after what it is",
      severity: "error",
      from: { path: "(^|/)(utils?|helpers?|common|types|constants)([.][cm]?[jt]sx?$|/)" },
      to: {},
    },
    {
      name: "no-drawer-files-imported",
      comment: "utils, helpers, common, types, constants: a file is named after what it is",
      severity: "error",
      from: {},
      to: { path: "^(?!.*node_modules/).*(^|/)(utils?|helpers?|common|types|constants)([.][cm]?[jt]sx?$|/)" },
    },
  ],
  options: {
    tsPreCompilationDeps: true, // `import type` counts
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^[.]junction/|^packages/[^/]+/dist/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["workerd", "import", "types", "default"] },
  },
};
