/** A mesh for runs in a process of its own, impatient, with its own cron: `node workflows-child.ts <state folder> <vendors>`. */
import { startStack } from "../scripts/stack.ts";

const [, , stateDir = "", vendors = ""] = process.argv;
const vars = { "junction-gateway": { RUN_BACKOFF_MS: "100,200,400,800", RUN_PATIENCE_MS: "3000" } };
const { url } = await startStack({ stateDir, vendors: vendors.split(","), vars, cronMs: 1_000 });
console.info(`ready at ${url}`);
