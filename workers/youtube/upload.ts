/** A resumable upload: a session, the whole in one stream, and after a cut what is lacking. https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol */
import { type Http, type OpenFile, path, type Reply, refuse } from "@junction/kit";
import type { youtube } from "./manifest.ts";

type Hosts = Parameters<Parameters<typeof youtube.implement>[1]["run"]>[0]["http"] extends Http<infer H> ? H : never;

/** Each cut costs two requests more. */
const MOST_CUTS = 8;
/** No answer, or one by which the session goes on. */
const GOES_ON = [0, 308, 500, 502, 503, 504];

export interface Video {
  readonly snippet: { readonly title: string; readonly description: string; readonly tags?: readonly string[] | undefined };
  readonly status: { readonly privacyStatus: string; readonly selfDeclaredMadeForKids: boolean };
}

/** Gives YouTube's own answer to the last byte: the video. */
export async function upload(http: Http<Hosts>, file: OpenFile, video: Video): Promise<Reply> {
  const begun = await http.post(path`/resumable/upload/youtube/v3/videos`, {
    query: { uploadType: "resumable", part: ["snippet", "status"] },
    headers: { "X-Upload-Content-Type": file.type, "X-Upload-Content-Length": file.size },
    json: video,
  });
  const session = begun.link(begun.header("location") ?? "");
  const put = (range: string, more: object) =>
    http.put(session.path, { host: session.host, query: session.query ?? {}, headers: { "Content-Range": range }, ...more });
  for (let from = 0, cuts = 0; ; cuts++) {
    const bytes = { type: file.type, size: file.size - from, body: file.part(from) };
    const sent = await put(`bytes ${from}-${file.size - 1}/${file.size}`, { bytes, accept: GOES_ON });
    if (!GOES_ON.includes(sent.status)) return sent;
    if (cuts === MOST_CUTS) refuse({ kind: "VendorUnavailable", sent: true });
    const asked = await put(`bytes */${file.size}`, { accept: [308] });
    if (asked.status !== 308) return asked; // it had come whole, and only the answer was lost
    const last = /-(\d+)$/.exec(asked.header("range") ?? "")?.[1];
    from = last === undefined ? 0 : Number(last) + 1;
  }
}
