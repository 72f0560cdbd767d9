import { find } from "./customers.ts";
import { square } from "./manifest.ts";
import { charge, link, refund } from "./payments.ts";
import { subscribe, unsubscribe } from "./subscriptions.ts";
import { take, taken, terminals } from "./terminals.ts";
import { webhook } from "./webhook.ts";

export default square.provides({ actions: [find, charge, link, refund, subscribe, unsubscribe, take, taken, terminals], webhook });
