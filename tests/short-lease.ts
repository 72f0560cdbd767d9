/** A mesh whose refresh leases are short, in a process of its own: `node short-lease.ts <state folder> <lease, ms>`. */
import { startStack } from "../scripts/stack.ts";

const [, , stateDir = "", leaseMs = ""] = process.argv;
const { url } = await startStack({ stateDir, vendors: ["hubspot"], vars: { "junction-vault": { LEASE_MS: leaseMs } } });
console.info(`ready at ${url}`);
