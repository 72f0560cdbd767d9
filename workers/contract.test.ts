/** Every vendor of this folder keeps every law of the family: one half of them here, the other in contract.rest.test.ts. */
import { membersOnDisk } from "@junction/testkit";
import { halves, holdToTheLaws } from "./contract.ts";

/** `VENDORS=twilio,stripe` holds only those to the laws, all of them here: for who is at work on one, while others are half written. */
const only = process.env["VENDORS"]?.split(",");
const all = membersOnDisk();

await holdToTheLaws(only ? all.filter(({ id }) => only.includes(id)) : halves(all)[0]);
