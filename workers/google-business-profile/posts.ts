/** Posts on a profile. https://developers.google.com/my-business/reference/rest/v4/accounts.locations.localPosts */
import { path, refuse } from "@junction/kit";
import { postToGoogle } from "@junction/tools";
import * as z from "zod/mini";
import { MANAGE, profile, V4 } from "./manifest.ts";
import { placeOf } from "./profiles.ts";

const MOST = 100;
/** Two clocks differ a little. */
const CLOCK_MS = 2_000;
const Post = z.object({
  name: z.string(),
  summary: z.optional(z.string()),
  state: z.optional(z.string()),
  searchUrl: z.optional(z.url()),
  createTime: z.optional(z.string()),
});
const posted = ({ name, searchUrl }: z.output<typeof Post>) => ({ post_id: name, url: searchUrl });

export const postOnProfile = profile.implement(postToGoogle, {
  scopes: [MANAGE],
  async run({ http, files, input: { text, link, photos = [], page_id } }) {
    const { account, location } = await placeOf(http, page_id);
    const links: string[] = [];
    for (const photo of photos) links.push(await (await files.open(photo)).link());
    const json = {
      topicType: "STANDARD",
      summary: text,
      ...(link !== undefined && { callToAction: { actionType: "LEARN_MORE", url: link } }),
      ...(links.length > 0 && { media: links.map((sourceUrl) => ({ mediaFormat: "PHOTO", sourceUrl })) }),
    };
    const made = (await http.post(path`/v4/accounts/${account}/locations/${location}/localPosts`, { host: V4, json })).json(Post);
    if (made.state === "REJECTED") refuse({ kind: "Declined", code: "post_rejected" });
    return posted(made);
  },
  // Google knows no repeat: after a lost answer, look for the post on the profile.
  async probe({ http, input: { text, page_id }, sentAt }) {
    const { account, location } = await placeOf(http, page_id);
    const reply = await http.get(path`/v4/accounts/${account}/locations/${location}/localPosts`, { host: V4, query: { pageSize: MOST } });
    const { localPosts } = reply.json(z.object({ localPosts: z._default(z.array(Post), []) }));
    const recent = localPosts.filter(({ createTime }) => Date.parse(createTime ?? "") >= sentAt.getTime() - CLOCK_MS);
    const found = recent.find(({ summary, state }) => summary?.trim() === text.trim() && state !== "REJECTED");
    if (!found && recent.length >= MOST) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? posted(found) : null;
  },
});
