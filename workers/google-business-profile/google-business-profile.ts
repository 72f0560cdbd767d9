import { profile } from "./manifest.ts";
import { postOnProfile } from "./posts.ts";
import { listProfiles } from "./profiles.ts";
import { reply, reviewsOf } from "./reviews.ts";

export default profile.provides({ actions: [listProfiles, postOnProfile, reviewsOf, reply] });
