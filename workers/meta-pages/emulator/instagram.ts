/** Plays Instagram's content publishing. https://developers.facebook.com/docs/instagram-platform/content-publishing */
import { type Call, json, type Reply, refuse, type State } from "@junction/sandbox";
import { badParameter, graphError, missing } from "./errors.ts";
import { publicUrl } from "./media.ts";

interface Container {
  readonly id: string;
  readonly kind: "photo" | "reel" | "carousel";
  readonly item: boolean;
  readonly urls: readonly string[];
  readonly caption: string;
  readonly at: number;
  readonly published: boolean;
}
interface Media {
  readonly id: string;
  readonly caption: string;
  readonly urls: readonly string[];
  readonly at: number;
}
export const containerOf = (state: State) => state.collection<Container>("ig_containers");
export const mediaOf = (state: State) => state.collection<Media>("ig_media");

const DAY_MS = 86_400_000;
const QUOTA = 100;
/** A photo is looked at before the answer; a video is worked on for a while. */
const REEL_MS = 900;

const subcoded = (message: string, code: number, subcode: number): never => refuse(graphError(400, { message, code, subcode }));

export function createMedia(call: Call): Reply {
  const { form, state } = call;
  const [type, caption] = [form.get("media_type"), form.get("caption") ?? ""];
  if ([...caption].length > 2200) return subcoded("The caption was too long.", 100, 2207010);
  const children = form.get("children");
  const made = (kind: Container["kind"], urls: readonly string[]): Reply => {
    const id = `179${call.random(14, "0123456789")}`;
    containerOf(state).put(id, {
      id,
      kind,
      item: form.get("is_carousel_item") === "true",
      urls,
      caption,
      at: call.now(),
      published: false,
    });
    return json(200, { id });
  };
  if (type === "CAROUSEL") {
    const ids = (children ?? "").split(",").filter(Boolean);
    if (ids.length < 2 || ids.length > 10) return subcoded("The carousel must have between 2 and 10 children.", 100, 2207019);
    const items = ids.map((id) => containerOf(state).get(id));
    if (items.some((item) => !item?.item)) return badParameter("Invalid carousel child");
    return made(
      "carousel",
      items.flatMap((item) => item?.urls ?? []),
    );
  }
  if (type === "REELS") return made("reel", [publicUrl(call, "video_url")]);
  if (type !== null && type !== "IMAGE") return badParameter(`param media_type must be one of {IMAGE, REELS, STORIES, CAROUSEL}`);
  if (!form.has("image_url")) return subcoded("The parameter image_url is required", 100, 2207013);
  return made("photo", [publicUrl(call, "image_url")]);
}

function statusOf(call: Call, { kind, at, published }: Container): string {
  if (published) return "PUBLISHED";
  if (call.now() - at > DAY_MS) return "EXPIRED";
  return kind === "reel" && call.now() - at < REEL_MS ? "IN_PROGRESS" : "FINISHED";
}

export function shownContainer(call: Call, container: Container): Readonly<Record<string, string>> {
  const asked = (call.query.get("fields") ?? "id").split(",");
  const status_code = statusOf(call, container);
  const all = {
    status_code,
    status: status_code === "FINISHED" ? "Finished: Media has been uploaded and it is ready to be published." : status_code,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}

const used = (call: Call): number =>
  mediaOf(call.state)
    .list()
    .filter(({ at }) => at > call.now() - DAY_MS).length;

export const publishingLimit = (call: Call): Reply =>
  json(200, { data: [{ config: { quota_total: QUOTA, quota_duration: 86_400 }, quota_usage: used(call) }] });

export function publishMedia(call: Call): Reply {
  const container = containerOf(call.state).get(call.form.get("creation_id") ?? "");
  if (!container) return badParameter("The parameter creation_id is required");
  const status = statusOf(call, container);
  if (status === "PUBLISHED" || status === "EXPIRED") return missing(container.id);
  if (status !== "FINISHED") return subcoded("Media ID is not available", 9007, 2207027);
  if (used(call) >= QUOTA) return subcoded("Application request limit reached", 9, 2207042);
  containerOf(call.state).put(container.id, { ...container, published: true });
  const id = `180${call.random(14, "0123456789")}`;
  mediaOf(call.state).put(id, { id, caption: container.caption, urls: container.urls, at: call.now() });
  return json(200, { id });
}

export function instagramMedia(call: Call): Reply {
  const newest = [...mediaOf(call.state).list()].reverse().slice(0, Number(call.query.get("limit") ?? 25));
  const data = newest.map(({ id, caption, at }) => ({
    ...(caption !== "" && { caption }),
    permalink: `https://www.instagram.com/p/C${id.slice(-10)}/`,
    timestamp: `${new Date(at).toISOString().slice(0, 19)}+0000`,
    id,
  }));
  return json(200, { data });
}
