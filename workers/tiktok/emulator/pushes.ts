/** What TikTok delivers, and how it signs. https://developers.tiktok.com/doc/webhooks-verification */
import { happenedAt, mac, type PushAbout, type Pushes } from "@junction/sandbox";

export function pushes(client_key: string, user_openid: string): Pushes {
  const notice = (about: PushAbout, event: string, content: object) => ({
    type: "application/json",
    body: JSON.stringify({
      client_key,
      event,
      create_time: Math.floor(happenedAt(about) / 1000),
      user_openid,
      content: JSON.stringify(content),
    }),
  });
  const publishId = (entity: number): string => `v_pub_url~v2.${7_000_000_000 + entity}`;
  return {
    secretField: { set: "platform", field: "client_secret" },
    kinds: {
      "post.published": (about) =>
        notice(about, "post.publish.complete", { publish_id: publishId(about.entity), publish_type: "DIRECT_PUBLISH" }),
      "post.failed": (about) =>
        notice(about, "post.publish.failed", {
          publish_id: publishId(about.entity),
          reason: "video_pull_failed",
          publish_type: "DIRECT_PUBLISH",
        }),
      "access.revoked": (about) => notice(about, "authorization.removed", { reason: 1 }),
    },
    async sign({ type, body, secret, now }) {
      const t = String(Math.floor(now / 1000));
      const s = await mac("SHA-256", secret, "hex", t, ".", body);
      return { headers: { "content-type": type, "tiktok-signature": `t=${t},s=${s}` }, body };
    },
  };
}
