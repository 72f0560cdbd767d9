/** A file from an address that a caller gives: fetched from the public internet and nowhere else, and only as much of it as is wanted. */
import { send, wrongWith } from "@junction/outgoing";
import type { Files } from "./files.ts";
import { type Keep, type Kept, keep } from "./keep.ts";

const MOST_REDIRECTS = 3;
/** How long the first byte of the answer may take. */
const ANSWER_MS = 15_000;
/** How long nothing may come, once it has begun. */
const IDLE_MS = 20_000;

export async function fetched(
  files: Files,
  href: string,
  wanted: Pick<Keep, "contractor" | "types" | "most">,
  deadline: number,
): Promise<Kept> {
  const controller = new AbortController();
  const stop = (ms: number) => setTimeout(() => controller.abort(new Error("too slow")), Math.max(0, Math.min(ms, deadline - Date.now())));
  let timer = stop(ANSWER_MS);
  try {
    const answer = await opened(files, href, controller.signal);
    if ("refused" in answer) return answer;
    const { response, url } = answer;
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return { refused: `could not be fetched: ${url.host} answered ${response.status}` };
    }
    const length = response.headers.get("content-length");
    const size = length === null || response.headers.has("content-encoding") ? undefined : Number(length);
    const moved = () => {
      clearTimeout(timer);
      timer = stop(IDLE_MS);
    };
    const type = response.headers.get("content-type") ?? "application/octet-stream";
    return await keep(files, { ...wanted, name: nameOf(url), type, size, kept: "fetched", moved }, response.body);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.warn(JSON.stringify({ at: "files", what: "not fetched", error: error.message.slice(0, 200) }));
    return { refused: controller.signal.aborted ? "could not be fetched: it took too long" : "could not be fetched: the connection broke" };
  } finally {
    clearTimeout(timer);
  }
}

type Answer = { readonly response: Response; readonly url: URL } | { readonly refused: string };

/** Where the address leads: each redirect is checked as the address itself was. */
async function opened({ egress, target }: Files, href: string, signal: AbortSignal): Promise<Answer> {
  for (let [at, redirects] = [href, 0]; ; redirects++) {
    const wrong = await wrongWith(at, target);
    if (wrong !== null) return { refused: `${redirects === 0 ? "" : "leads to an address that "}${wrong}` };
    const url = new URL(at);
    const headers = { accept: "*/*", "user-agent": "Junction" };
    const response = await send(egress, url, { method: "GET", headers, redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return { response, url };
    await response.body?.cancel();
    if (redirects === MOST_REDIRECTS || !URL.canParse(location, url.href))
      return { refused: "could not be fetched: it redirects too often" };
    at = new URL(location, url).href;
  }
}

/** The last part of the path, which people mostly name files by. */
function nameOf({ pathname }: URL): string {
  const last = pathname.split("/").findLast((part) => part !== "") ?? "file";
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // not written as an address's part should be: it is a name all the same
  }
}
