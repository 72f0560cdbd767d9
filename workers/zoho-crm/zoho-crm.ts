import { zoho } from "./manifest.ts";
import { webhook } from "./webhook.ts";

export default zoho.provides({ actions: [], webhook });
