/** A mesh with two calendars in a process of its own that can be killed: `node calendar-child.ts <state folder> <port>`. */
import { startStack } from "../scripts/stack.ts";

const [, , stateDir = "", port = ""] = process.argv;
const { url } = await startStack({ stateDir, vendors: ["apple-calendar", "google-calendar"], cronMs: 1_000, port: Number(port) });
console.info(`ready at ${url}`);
