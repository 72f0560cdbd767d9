import { download, remind, status, withdraw } from "./contracts.ts";
import { dropboxSign } from "./manifest.ts";
import { send } from "./send.ts";
import { templates } from "./templates.ts";
import { webhook } from "./webhook.ts";

export default dropboxSign.provides({ actions: [send, status, download, remind, withdraw, templates], webhook });
