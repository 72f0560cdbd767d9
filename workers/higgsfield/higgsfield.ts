/** Higgsfield: short videos, made from a picture or a few words. https://docs.higgsfield.ai */
import { higgsfield } from "./manifest.ts";
import { cancel, generate, get } from "./videos.ts";
import { webhook } from "./webhook.ts";

export default higgsfield.provides({ actions: [generate, get, cancel], webhook });
