/** `npm test [-- <vitest's own arguments>]`: everything generated, then every `*.test.ts`. */
import { generate } from "./generate.ts";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";

await generate(projectRoot);
process.exitCode = await run("vitest", ["run", ...process.argv.slice(2)]);
