/** Posts as TikTok takes them: what the account allows, a post that is begun, its bytes in chunks, and what became of it. */
import { type Call, json, type Operation, type Reply, type RunningHash, runningHash, type State } from "@junction/sandbox";
import { apiError } from "./errors.ts";

export interface Post {
  readonly id: string;
  readonly title: string;
  readonly privacy: string;
  readonly size: number;
  readonly chunk: number;
  readonly count: number;
  /** What an upload's address carries. */
  readonly token: string;
  readonly begunAt: number;
  readonly done: { readonly sha256: string; readonly at: number } | null;
}
export const posts = (state: State) => state.collection<Post>("posts");

/** What came of each post so far: it does not outlive this process. */
const received = new Map<string, { hash: RunningHash; bytes: number; chunks: number }>();

const UPLOAD_HOST = "open-upload.tiktokapis.com";
const OPTIONS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
const [LEAST, MOST, LAST] = [5_000_000, 64 * 1024 * 1024, 128 * 1024 * 1024];
const ok = (data: object): Reply => json(200, { data, error: { code: "ok", message: "", log_id: "20261120101010ABCDEF" } });
const invalid = (message: string): Reply => apiError(400, "invalid_params", message);
const object = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? { ...value } : {});

const creatorInfo = (): Reply =>
  ok({
    ...{
      creator_avatar_url: "https://p19-sign.tiktokcdn-us.com/sandbox.jpeg",
      creator_username: "sandboxplumbing",
      creator_nickname: "Sandbox Plumbing",
    },
    ...{
      privacy_level_options: OPTIONS,
      comment_disabled: false,
      duet_disabled: false,
      stitch_disabled: true,
      max_video_post_duration_sec: 600,
    },
  });

function begin(call: Call): Reply {
  const [post, source] = [object(object(call.json)["post_info"]), object(object(call.json)["source_info"])];
  const title = String(post["title"] ?? "");
  if (title.length > 2200) return invalid("title is too long");
  const privacy = String(post["privacy_level"] ?? "");
  if (!OPTIONS.includes(privacy)) return apiError(403, "privacy_level_option_mismatch", "privacy_level is not among the creator's options");
  if (source["source"] !== "FILE_UPLOAD")
    return apiError(403, "url_ownership_unverified", "Please review our URL ownership verification rules");
  const [size, chunk, count] = [source["video_size"], source["chunk_size"], source["total_chunk_count"]].map(Number) as [
    number,
    number,
    number,
  ];
  if (![size, chunk, count].every((value) => Number.isInteger(value) && value > 0)) return invalid("The video info is invalid");
  const whole = chunk === size && count === 1;
  if (count !== Math.floor(size / chunk)) return invalid("The total chunk count is invalid");
  if (chunk > MOST || (chunk < LEAST && !whole) || size - chunk * (count - 1) > LAST) return invalid("The chunk size is invalid");
  const id = `v_pub_file~v2-1.${call.random(19, "0123456789")}`;
  const token = call.random(32);
  posts(call.state).put(id, { id, title, privacy, size, chunk, count, token, begunAt: call.now(), done: null });
  received.set(id, { hash: runningHash(), bytes: 0, chunks: 0 });
  return ok({ publish_id: id, upload_url: `https://${UPLOAD_HOST}/video/?upload_id=${encodeURIComponent(id)}&upload_token=${token}` });
}

/** Says what is wrong by the status alone. */
const refused = (status: number): Reply => ({ status, headers: {}, body: "" });

async function take(call: Call): Promise<Reply> {
  const post = posts(call.state).get(call.query.get("upload_id") ?? "");
  const got = post && received.get(post.id);
  if (!post || !got || call.query.get("upload_token") !== post.token) return refused(403);
  if (call.headers.has("authorization")) return refused(400);
  if (post.done) return refused(201);
  const [, first, last, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(call.headers.get("content-range") ?? "") ?? []).map(Number);
  const length = got.chunks === post.count - 1 ? post.size - got.bytes : post.chunk;
  if (first !== got.bytes || last !== got.bytes + length - 1 || total !== post.size) return refused(416);
  const hash = got.hash.fork(); // a chunk that breaks off counts for nothing
  let bytes = 0;
  for await (const chunk of call.body ?? []) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  if (bytes !== length) return refused(400);
  got.hash = hash;
  got.bytes += bytes;
  got.chunks++;
  if (got.bytes < post.size) return { ...refused(206), headers: { "content-range": `bytes 0-${got.bytes - 1}/${post.size}` } };
  posts(call.state).put(post.id, { ...post, done: { sha256: got.hash.hex(), at: call.now() } });
  return refused(201);
}

function status(call: Call): Reply {
  const post = posts(call.state).get(String(object(call.json)["publish_id"] ?? ""));
  if (!post) return apiError(400, "invalid_publish_id", "The publish_id does not exist");
  const uploaded_bytes = post.done ? post.size : (received.get(post.id)?.bytes ?? 0);
  return ok({ status: post.done ? "PUBLISH_COMPLETE" : "PROCESSING_UPLOAD", uploaded_bytes, publicaly_available_post_id: [] });
}

export const postOperations: readonly Operation[] = [
  { name: "query_creator_info", method: "POST", path: "/v2/post/publish/creator_info/query/", run: creatorInfo },
  { name: "init_video", method: "POST", path: "/v2/post/publish/video/init/", run: begin },
  { name: "upload_video", method: "PUT", host: UPLOAD_HOST, path: "/video/", authenticated: false, streams: true, run: take },
  { name: "fetch_status", method: "POST", path: "/v2/post/publish/status/fetch/", run: status },
];
