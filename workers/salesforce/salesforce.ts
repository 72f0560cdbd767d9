import { salesforce } from "./manifest.ts";
import { webhook } from "./webhook.ts";

export default salesforce.provides({ actions: [], webhook });
