import * as z from "zod";
import { tool } from "./tool.ts";

export const postToSocial = tool({
  id: "crm/post_to_social",
  title: "Publish a post",
  description:
    "Publishes a post on one of the contractor's social pages at once, for everyone to see. People may see it before it can be taken down, so it cannot be undone. Use crm/list_social_pages for the page_id.",
  effect: "spend",
  approval: true,
  input: z.strictObject({
    text: z.string().min(1).max(5000).describe("what the post says, as everyone will read it, 1 to 5,000 characters"),
    link: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .describe("a web page to show with the post, such as https://example.com/offer"),
    page_id: z.string().min(1).max(200).describe("the page_id that crm/list_social_pages gave"),
  }),
  output: z.object({ post_id: z.string(), url: z.url().optional().describe("where the post can be seen") }),
});

export const listSocialPages = tool({
  id: "crm/list_social_pages",
  title: "List social pages",
  description:
    "Lists the social pages the contractor manages, and whether it may publish on each. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    page: z.string().min(1).max(1000).optional().describe("the next_page of the answer before"),
  }),
  output: z.object({
    pages: z.array(
      z.object({
        page_id: z.string(),
        name: z.string(),
        platform: z.enum(["facebook"]),
        can_post: z.boolean().describe("false: the contractor has no right to publish there"),
      }),
    ),
    next_page: z.string().optional(),
  }),
});
