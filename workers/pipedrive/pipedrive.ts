import { leads } from "./leads.ts";
import { pipedrive } from "./manifest.ts";
import { webhook } from "./webhook.ts";

export default pipedrive.provides({ actions: leads, webhook });
