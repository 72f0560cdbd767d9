import { accounts, list, update } from "./campaigns.ts";
import { create, list as forms } from "./forms.ts";
import { meta } from "./manifest.ts";
import { performance } from "./performance.ts";

export default meta.provides({ actions: [accounts, list, update, performance, forms, create] });
