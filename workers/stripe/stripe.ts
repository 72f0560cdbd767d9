import { find } from "./customers.ts";
import { stripe } from "./manifest.ts";
import { charge, link, refund } from "./payments.ts";
import { subscribe, unsubscribe } from "./subscriptions.ts";
import { webhook } from "./webhook.ts";

export default stripe.provides({ actions: [find, charge, link, refund, subscribe, unsubscribe], webhook });
