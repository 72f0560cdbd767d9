/** A mesh for deliveries in a process of its own, with short leases, its own cron and a watch over what is done: `node hooks-child.ts <state folder> <port> <vendors>`. */
import { WATCH } from "./deliveries.ts";
import { startMesh } from "./mesh.ts";

const [, , stateDir = "", port = "", vendors = ""] = process.argv;
const vars = { "junction-gateway": { EVENT_LEASE_MS: "3000", EVENT_BACKOFF_MS: "200,400,800,1600,3200" } };
const { url, db } = await startMesh({ stateDir, vendors: vendors.split(","), vars, cronMs: 1_000, port: Number(port) });
for (const statement of WATCH) await db.prepare(statement).run();
console.info(`ready at ${url}`);
