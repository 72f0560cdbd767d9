/** What was asked for, and how far it is: queued, then in progress, then at its end, as the vendor's clock goes on. */
import { type Call, empty, json, noteChange, type Reply, refuse, type State } from "@junction/sandbox";
import { checked, type Model } from "./models.ts";

export interface Request {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ends: "completed" | "failed" | "nsfw" | "canceled";
  readonly prompt: string;
  readonly pictured: boolean;
  /** Its end is known to whoever is told of it. */
  readonly told?: true;
}
export const requestsOf = (state: State) => state.collection<Request>("requests");
const keysOf = (state: State) => state.collection<string>("keys");

const QUEUED_MS = 5_000;
const MADE_MS = 20_000;
export const FILES = "d8j0ntlcm91z4.cloudfront.net";
/** What becomes of a prompt with one of these in it. */
const ENDS = [
  ["sandbox: fail", "failed"],
  ["sandbox: unsafe", "nsfw"],
] as const;

/** A video that was ready long ago. */
export function seed(state: State, now: number): void {
  const id = "d7e6c0f3-6699-4f6c-bb45-2ad7fd9158ff";
  requestsOf(state).put(id, { id, at: now - 3_600_000, ends: "completed", prompt: "A new water heater", pictured: false, told: true });
}

const statusOf = ({ at, ends }: Request, now: number): Request["ends"] | "queued" | "in_progress" =>
  ends === "canceled" ? ends : now < at + QUEUED_MS ? "queued" : now < at + MADE_MS ? "in_progress" : ends;

export function shown(request: Request, now: number) {
  const status = statusOf(request, now);
  return {
    status,
    request_id: request.id,
    status_url: `https://platform.higgsfield.ai/requests/${request.id}/status`,
    cancel_url: `https://platform.higgsfield.ai/requests/${request.id}/cancel`,
    ...(status === "completed" && { video: { url: `https://${FILES}/sandbox/${request.id}.mp4` } }),
    ...(status === "failed" && { error: "Generation failed" }),
  };
}

const error = (status: number, detail: unknown): Reply => json(status, { detail });

/** A webhook's address must be a public one of https, and name no user. */
function badHook(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, username, hostname } = new URL(address);
  return protocol !== "https:" || username !== "" || /^(localhost|127\.|10\.|192\.168\.|\[)/.test(hostname);
}

export function generate(call: Call, model: Model): Reply {
  const { state, headers, query } = call;
  if (typeof call.json !== "object" || call.json === null) return error(422, [{ loc: ["body"], msg: "Field required", type: "missing" }]);
  const body = call.json as Readonly<Record<string, unknown>>;
  checked(body, model);
  const hook = query.get("hf_webhook");
  if (hook !== null && badHook(hook)) return error(400, "Webhook URL must be a public https address");
  const key = headers.get("idempotency-key");
  if (key !== null && !/^[\x21-\x7e]{1,255}$/.test(key)) return error(400, "Idempotency-Key must be 1 to 255 visible ASCII characters");
  const before = key === null ? undefined : requestsOf(state).get(keysOf(state).get(key) ?? "");
  if (before) return json(200, shown(before, call.now()));
  const id = crypto.randomUUID();
  const prompt = String(body["prompt"]);
  const ends = ENDS.find(([words]) => prompt.includes(words))?.[1] ?? "completed";
  const request: Request = { id, at: call.now(), ends, prompt, pictured: body["image_url"] !== undefined };
  requestsOf(state).put(id, request);
  if (key !== null) keysOf(state).put(key, id);
  return json(200, shown(request, call.now()));
}

/** The request of the path, or the refusal of an id that is none or nobody's. */
function found(call: Call): Request {
  const id = call.param("id");
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    return refuse(error(422, [{ loc: ["path", "request_id"], msg: "Input should be a valid UUID", type: "uuid_parsing" }]));
  return requestsOf(call.state).get(id) ?? refuse(error(404, "Request not found"));
}

export function getStatus(call: Call): Reply {
  const request = found(call);
  const said = shown(request, call.now());
  if (!request.told && (said.status === "completed" || said.status === "failed" || said.status === "nsfw")) {
    requestsOf(call.state).put(request.id, { ...request, told: true });
    const kind = said.status === "completed" ? "video.completed" : said.status === "failed" ? "video.failed" : "video.failed as unsafe";
    noteChange(call.state, { kind, type: "application/json", body: JSON.stringify(said) });
  }
  return json(200, said);
}

export function cancel(call: Call): Reply {
  const request = found(call);
  if (shown(request, call.now()).status !== "queued") return error(400, "Only a queued request can be canceled");
  requestsOf(call.state).put(request.id, { ...request, ends: "canceled" });
  return empty(202);
}

/** The file of what was made: the beginning of an MP4, and nothing worth seeing. */
export function file(call: Call): Reply {
  if (call.headers.has("authorization")) return error(400, "Only one auth mechanism allowed");
  const request = requestsOf(call.state).get(call.param("id"));
  if (!request) return { status: 403, headers: { "content-type": "application/xml" }, body: "<Error><Code>AccessDenied</Code></Error>" };
  const bytes = new Uint8Array(65_536);
  bytes.set([0, 0, 0, 0x18, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d, 0, 0, 2, 0, 0x69, 0x73, 0x6f, 0x6d, 0x6d, 0x70, 0x34, 0x32]);
  return { status: 200, headers: { "content-type": "video/mp4" }, body: bytes };
}
