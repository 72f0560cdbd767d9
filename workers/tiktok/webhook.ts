/** What TikTok tells of posts, and of access that ends. https://developers.tiktok.com/doc/webhooks-events */
import { type Delivery, hmac, joined, jsonOf, pairs, parseJson, same, seconds, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const signed = ({ headers }: Delivery) => {
  const { t, s } = pairs(headers["tiktok-signature"]);
  return { at: t?.[0], signature: s?.[0] };
};

/** It is JSON written as a text. */
const Content = z.pipe(z.string(), z.transform(parseJson));
const Notice = z.object({ event: z.string(), create_time: z.int(), user_openid: z.string().check(z.minLength(1)), content: Content });
const Post = z.object({ publish_id: z.string().check(z.minLength(1)), reason: z.nullish(z.string()) });

/** https://developers.tiktok.com/doc/webhooks-events */
const REASONS: Readonly<Record<number, string>> = {
  1: "the person disconnected the app",
  2: "the account was deleted",
  3: "the person's age was changed",
  4: "the account was banned",
  5: "the app gave up its access",
};

function read({ event, create_time, user_openid: account, content }: z.output<typeof Notice>): VendorEvent | null {
  const told = { account, occurredAt: create_time * 1000 };
  // TikTok gives its events no id.
  const id = (about: string) => [event, account, about, create_time].filter((part) => part !== "").join(":");
  switch (event) {
    case "authorization.removed": {
      const { reason } = z.object({ reason: z.optional(z.int()) }).parse(content);
      return { ...told, id: id(""), type: "access.revoked", entity: `account:${account}`, data: { reason: REASONS[reason ?? 0] } };
    }
    // Told once for every post, while `publicly_available` is told of public ones alone, after moderation.
    case "post.publish.complete":
    case "post.publish.failed": {
      const { publish_id, reason } = Post.parse(content);
      const about = { ...told, id: id(publish_id), entity: `post:${publish_id}` };
      if (event === "post.publish.complete") return { ...about, type: "post.published", data: { post_id: publish_id } };
      return { ...about, type: "post.failed", data: { post_id: publish_id, reason: reason ?? undefined } };
    }
    default:
      return null;
  }
}

export const webhook: Webhook = {
  events: ["post.published", "post.failed", "access.revoked"],
  secret: { from: "app", field: "client_secret" },
  setup: "For the operator: in the TikTok developer portal open the app, add the product Webhooks, and enter the address as Callback URL.",
  window: { maxAgeSeconds: 300, maxAheadSeconds: 300, signedAt: (delivery) => seconds(signed(delivery).at) },
  async verify(delivery, secret) {
    const { at, signature } = signed(delivery);
    return at !== undefined && same(signature, await hmac("SHA-256", secret, joined(`${at}.`, delivery.body), "hex"));
  },
  receive(delivery) {
    const event = read(jsonOf(delivery, Notice));
    return event ? [event] : [];
  },
};
