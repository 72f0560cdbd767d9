import { postOnPage } from "./facebook.ts";
import { postOnInstagram } from "./instagram.ts";
import { receiveLeads } from "./leads.ts";
import { meta } from "./manifest.ts";
import { listPages } from "./pages.ts";
import { webhook } from "./webhook.ts";

export default meta.provides({ actions: [postOnPage, postOnInstagram, listPages, receiveLeads], webhook });
