import { accounts, list, performance, update } from "./campaigns.ts";
import { report } from "./conversions.ts";
import { list as keywords, update as updateKeyword } from "./keywords.ts";
import { google } from "./manifest.ts";

export default google.provides({ actions: [accounts, list, update, performance, keywords, updateKeyword, report] });
