/** Twilio: texts and calls, and the numbers they go through. https://www.twilio.com/docs/usage/api */
import { get, listen, place } from "./calls.ts";
import { twilio } from "./manifest.ts";
import { sms } from "./messages.ts";
import { buy, configure, list, release, search } from "./numbers.ts";
import { webhook } from "./webhook.ts";

export default twilio.provides({ actions: [sms, list, search, buy, configure, release, place, get, listen], webhook });
