/** Resumable uploads, as YouTube takes them: a session that knows how much it has, and a video once it has all. */
import { type Call, googleError, json, type Reply, type RunningHash, refuse, runningHash, type State } from "@junction/sandbox";

export interface Video {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly privacyStatus: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly publishedAt: number;
  /** Set where YouTube will not show it. */
  readonly rejectionReason?: string;
}
interface Session {
  readonly size: number;
  readonly type: string;
  readonly video: Pick<Video, "title" | "description" | "tags" | "privacyStatus">;
  /** The video it became. */
  readonly done: string | null;
}

export const videos = (state: State) => state.collection<Video>("videos");
const sessions = (state: State) => state.collection<Session>("sessions");

/** What came of each session so far. It does not outlive this process, and neither do sessions here. */
const received = new Map<string, { readonly hash: RunningHash; bytes: number }>();

const PRIVACY = ["public", "unlisted", "private"];
const PROCESSED_AFTER_MS = 2_000;

export const bad = (code: number, message: string, reason: string): never => refuse(googleError(code, "INVALID_ARGUMENT", message, reason));
const texts = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? { ...value } : {});

export function begin(call: Call): Reply {
  const parts = call.query.getAll("part").flatMap((one) => one.split(","));
  if (call.query.get("uploadType") !== "resumable") return googleError(400, "INVALID_ARGUMENT", "Bad uploadType", "badRequest");
  const body = texts(call.json);
  for (const name of Object.keys(body)) if (!parts.includes(name)) bad(400, `${name} is not among the parts`, "unexpectedPart");
  const [snippet, status] = [texts(body["snippet"]), texts(body["status"])];
  const { title, description = "", tags = [] } = snippet;
  if (typeof title !== "string" || title === "" || title.length > 100 || /[<>]/.test(title))
    bad(400, "The request metadata specifies an invalid or empty video title.", "invalidTitle");
  if (typeof description !== "string" || new TextEncoder().encode(description).length > 5000 || /[<>]/.test(description))
    bad(400, "The request metadata specifies an invalid video description.", "invalidDescription");
  const privacyStatus = String(status["privacyStatus"] ?? "public");
  if (!PRIVACY.includes(privacyStatus)) bad(400, "The request metadata is invalid.", "invalidVideoMetadata");
  const size = Number(call.headers.get("x-upload-content-length") ?? Number.NaN);
  const type = call.headers.get("x-upload-content-type") ?? "";
  if (!/^(video\/|application\/octet-stream)/.test(type)) bad(400, `Media type '${type}' is not supported.`, "badContent");
  const id = call.random(40);
  sessions(call.state).put(id, {
    ...{ size, type, done: null },
    video: { title: String(title), description: String(description), tags: Array.isArray(tags) ? tags.map(String) : [], privacyStatus },
  });
  received.set(id, { hash: runningHash(), bytes: 0 });
  const location = `https://${call.url.host}${call.url.pathname}?uploadType=resumable&upload_id=${id}`;
  return { ...json(200, {}, { location, "x-guploader-uploadid": id }), body: "" };
}

/** Bytes from where the session is, or a question where that is. */
export async function take(call: Call): Promise<Reply> {
  const id = call.query.get("upload_id") ?? "";
  const session = sessions(call.state).get(id);
  const got = received.get(id);
  if (!session || !got) return googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound");
  const [, from, to, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(call.headers.get("content-range") ?? "") ?? [];
  if (session.done !== null) return json(200, resourceOf(call, videos(call.state).get(session.done) ?? gone()));
  if (total === undefined || Number(total) !== session.size)
    return googleError(400, "INVALID_ARGUMENT", "Invalid Content-Range", "badRequest");
  if (from === undefined) return goesOn(got.bytes);
  if (Number(from) !== got.bytes) return googleError(400, "INVALID_ARGUMENT", `Expected byte ${got.bytes}`, "badRequest");
  const length = call.headers.get("content-length");
  if (length !== null && Number(length) !== Number(to) - Number(from) + 1)
    return googleError(400, "INVALID_ARGUMENT", "Content-Length does not match Content-Range", "badRequest");
  for await (const chunk of call.body ?? []) {
    got.hash.update(chunk);
    got.bytes += chunk.byteLength;
  }
  if (got.bytes < session.size) return goesOn(got.bytes);
  const video: Video = {
    ...{ id: call.random(11, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), ...session.video },
    ...{ bytes: got.bytes, sha256: got.hash.hex(), publishedAt: call.now() },
  };
  videos(call.state).put(video.id, video);
  sessions(call.state).put(id, { ...session, done: video.id });
  return json(200, resourceOf(call, video));
}

const gone = (): never => refuse(googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound"));
/** 308, whatever its name says elsewhere: send the rest. */
const goesOn = (bytes: number): Reply => ({ status: 308, headers: bytes > 0 ? { range: `bytes=0-${bytes - 1}` } : {}, body: "" });

/** The video as the API shows it; YouTube takes a moment to prepare one. */
export function resourceOf(call: Call, { id, title, description, tags, privacyStatus, publishedAt, rejectionReason }: Video) {
  const uploadStatus = rejectionReason ? "rejected" : call.now() - publishedAt < PROCESSED_AFTER_MS ? "uploaded" : "processed";
  return {
    ...{ kind: "youtube#video", etag: `"${id}"`, id },
    snippet: {
      ...{ publishedAt: new Date(publishedAt).toISOString(), channelId: "UCsandboxPlumbing0123456", title, description, categoryId: "22" },
      ...(tags.length > 0 && { tags }),
    },
    status: {
      uploadStatus,
      privacyStatus,
      license: "youtube",
      embeddable: true,
      madeForKids: false,
      ...(rejectionReason && { rejectionReason }),
    },
    statistics: { viewCount: uploadStatus === "processed" ? "12" : "0", likeCount: "0", favoriteCount: "0", commentCount: "0" },
  };
}
