/** Videos: asked for, followed, taken back. https://docs.higgsfield.ai/how-to/introduction */
import { type Path, path, refuse } from "@junction/kit";
import { cancelVideo, generateVideo, getVideo } from "@junction/tools";
import * as z from "zod/mini";
import { API, FILE_HOSTS, higgsfield, PLATFORM } from "./manifest.ts";

interface Model {
  readonly at: Path;
  /** It moves a picture; without one it makes nothing. */
  readonly picture: boolean;
  /** What it wants besides the prompt and the picture. */
  readonly more?: object;
}
const model = (at: Path, picture: boolean, more?: object): [string, Model] => [at.slice(1), { at, picture, ...(more && { more }) }];
const VEO = { aspect_ratio: "16:9", resolution: "1080", generate_audio: false };
/** By their ids. Each wants a request of its own shape, so one that is not listed cannot be asked for. */
const MODELS: ReadonlyMap<string, Model> = new Map([
  model(path`/higgsfield-ai/dop/lite`, true),
  model(path`/higgsfield-ai/dop/turbo`, true),
  model(path`/higgsfield-ai/dop/standard`, true),
  model(path`/bytedance/seedance/v1/pro/fast/text-to-video`, false),
  model(path`/bytedance/seedance/v1/pro/fast/image-to-video`, true),
  model(path`/kling-video/v2.5-turbo/pro/text-to-video`, false),
  model(path`/kling-video/v2.5-turbo/pro/image-to-video`, true),
  model(path`/sora-2/text-to-video`, false),
  model(path`/veo3.1`, false, VEO),
  model(path`/veo3.1/image-to-video`, true, VEO),
]);
/** With a picture Higgsfield's own, which moves it; without one those that need none. */
const WORDS: Readonly<Record<"with" | "without", ReadonlyMap<string, string>>> = {
  with: new Map([
    ["fast", "higgsfield-ai/dop/lite"],
    ["balanced", "higgsfield-ai/dop/turbo"],
    ["best", "higgsfield-ai/dop/standard"],
  ]),
  without: new Map([
    ["fast", "bytedance/seedance/v1/pro/fast/text-to-video"],
    ["balanced", "kling-video/v2.5-turbo/pro/text-to-video"],
    ["best", "veo3.1"],
  ]),
};

function modelFor(wanted: string, pictured: boolean): Model {
  const no = (issue: string) => refuse({ kind: "InvalidRequest", issues: [issue] });
  const found = MODELS.get(WORDS[pictured ? "with" : "without"].get(wanted) ?? wanted);
  if (!found) return no("model must be fast, balanced or best, or the id of one that makes videos at this integration");
  if (found.picture !== pictured)
    return no(`image must be ${pictured ? "left out: this model takes none" : "given: this model moves a picture"}`);
  return found;
}

const Request = z.object({
  status: z.enum(["queued", "in_progress", "completed", "failed", "nsfw", "canceled"]),
  request_id: z.string().check(z.minLength(1)),
  video: z.nullish(z.object({ url: z.url() })),
  error: z.optional(z.unknown()),
});
type Status = z.output<typeof getVideo.output>["status"];
const statusOf = ({ status }: z.output<typeof Request>): Status => (status === "nsfw" ? "failed" : status);
const hostOf = ({ host }: { readonly host?: string | undefined }) => (host === API ? API : PLATFORM);

export const generate = higgsfield.implement(generateVideo, {
  idempotent: true,
  async run({ http, account, files, hook, idempotencyKey, input: { prompt, image, model } }) {
    const { at, more } = modelFor(model, image !== undefined);
    const image_url = image === undefined ? undefined : await (await files.open(image)).link(); // it fetches the picture itself
    const reply = await http.post(at, {
      ...{ host: hostOf(account), headers: { "Idempotency-Key": idempotencyKey } },
      // It takes no other address than one of https; without one the video is asked after.
      query: { hf_webhook: hook?.startsWith("https://") ? hook : undefined },
      json: { prompt, image_url, ...more },
    });
    const asked = reply.json(Request);
    return { video_id: asked.request_id, status: statusOf(asked) };
  },
});

export const get = higgsfield.implement(getVideo, {
  async run({ http, account, files, input: { video_id } }) {
    const reply = await http.get(path`/requests/${video_id}/status`, { host: hostOf(account) });
    const request = reply.json(Request);
    const about = { video_id, status: statusOf(request) };
    if (request.status === "nsfw") return { ...about, reason: "refused as unsafe" };
    if (request.status === "failed") return { ...about, reason: "failed" };
    const url = request.video?.url;
    if (request.status !== "completed" || url === undefined) return about;
    // Higgsfield keeps it a week, so it is copied; from where else than these it is kept, nobody says.
    if (!FILE_HOSTS.some((host) => url.startsWith(`https://${host}/`))) return { ...about, source_url: url };
    const { host, path: at, query } = reply.link(url);
    const fetched = { host, kind: "video", anonymous: true, gone: [403], ...(query && { query }) } as const; // as its keeper says after that week
    const { type, size, body } = await http.download(at, fetched);
    return { ...about, video: await files.save({ name: `video-${video_id}.mp4`, type, size, body }) };
  },
});

export const cancel = higgsfield.implement(cancelVideo, {
  idempotent: true,
  async run({ http, account, input: { video_id } }) {
    const host = hostOf(account);
    const request = (await http.get(path`/requests/${video_id}/status`, { host })).json(Request);
    if (request.status !== "queued") return { video_id, status: statusOf(request) };
    await http.post(path`/requests/${video_id}/cancel`, { host });
    return { video_id, status: "canceled" };
  },
});
