/** What became of a video: told once it is at its end, by Standard Webhooks. https://docs.higgsfield.ai/how-to/webhooks */
import { type Delivery, fromBase64, hmac, joined, jsonOf, same, seconds, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const File = z.object({ url: z.string() });
const Notice = z.object({
  status: z.string(),
  request_id: z.string().check(z.minLength(1)),
  video: z.nullish(File),
  error: z.optional(z.unknown()),
});

const idOf = ({ headers }: Delivery): string => headers["webhook-id"] ?? "";
const timeOf = ({ headers }: Delivery): string => headers["webhook-timestamp"] ?? "";

const REASONS: Readonly<Record<string, string>> = {
  failed: "it could not be made",
  nsfw: "Higgsfield refused it as unsafe",
  canceled: "it was canceled",
};

export const webhook: Webhook = {
  events: ["video.completed", "video.failed"],
  secret: {
    from: "own",
    label: "Webhook secret",
    help: "Begins with whsec_; in the Higgsfield Cloud console under Settings. Higgsfield signs only once it was revealed there",
    pattern: /^whsec_\S+$/,
  },
  setup:
    "There is nowhere to enter the address: it is handed over with each video that is asked for. In the Higgsfield Cloud console under Settings reveal the webhook secret, since Higgsfield signs nothing before, and enter it here.",
  window: { maxAgeSeconds: 300, maxAheadSeconds: 300, signedAt: (delivery) => seconds(timeOf(delivery)) },
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  async verify(delivery, secret) {
    const key = fromBase64(secret.replace(/^whsec_/, ""));
    if (!key || key.length === 0) return false;
    const wanted = await hmac("SHA-256", key, joined(`${idOf(delivery)}.${timeOf(delivery)}.`, delivery.body), "base64");
    const given = (delivery.headers["webhook-signature"] ?? "").split(" "); // two for a day, after the secret was changed
    return idOf(delivery) !== "" && given.some((signature) => same(signature, `v1,${wanted}`));
  },
  receive(delivery) {
    const { status, request_id: video_id, video, error } = jsonOf(delivery, Notice);
    const about = { id: idOf(delivery), entity: `video:${video_id}` };
    if (status === "completed") {
      const made: VendorEvent = { ...about, type: "video.completed", data: { video_id, url: video?.url } };
      return video ? [made] : []; // it was a picture
    }
    const reason = Object.hasOwn(REASONS, status) ? REASONS[status] : undefined;
    if (reason === undefined) return []; // on its way
    const told = typeof error === "string" && error !== "" ? error.slice(0, 10_000) : reason;
    return [{ ...about, type: "video.failed", data: { video_id, reason: told } }];
  },
};
