import { website } from "./manifest.ts";
import { list, publish, unpublish, update } from "./projects.ts";
import { reviews } from "./reviews.ts";

export default website.provides({ actions: [publish, update, unpublish, list, reviews] });
