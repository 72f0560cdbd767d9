/** `/hooks/<vendor>/<endpoint>`: where vendors deliver. What is taken is durable before it is answered; what is said of it is a status. */
import { vendorById } from "@junction/catalog";
import type { CatalogWebhook, Delivery } from "@junction/core";
import { type Answer, orFallback, take, takeForApp } from "@junction/ingest";
import type { Env } from "../env.ts";
import { ingestOf } from "../ingest.ts";
import { readBody } from "./body.ts";

/** What a contractor's Durable Object may have given out: a made-up address of another form wakes none. */
const ENDPOINT = /^[A-Za-z0-9-]{1,64}\.[a-z2-7]{32}$/;
/** The address of our own app at a vendor. */
const APP = "app";
/** Headers are kept with a delivery, so they have a limit as its body has. */
const MAX_HEADERS = 16 * 1024;
const RETRY_AFTER_MS = 10_000;

export async function hooks(request: Request, env: Env, ctx: ExecutionContext, url: URL): Promise<Response> {
  const { pathname } = url;
  const [, , id = "", endpoint = "", ...rest] = pathname.split("/");
  const vendor = vendorById(id);
  const { webhook } = vendor ?? {};
  if (!vendor || !webhook || rest.length > 0 || !isAddress(endpoint, webhook)) return answer({ status: 404 });
  const methods = webhook.challenge ? ["POST", "GET"] : ["POST"];
  if (!methods.includes(request.method)) return answer({ status: 405 }, { allow: methods.join(", ") });
  const headers = Object.fromEntries(request.headers);
  if (JSON.stringify(headers).length > MAX_HEADERS) return answer({ status: 431 });
  try {
    const body = await readBody(request);
    if ("status" in body) return answer(body);
    const delivery: Delivery = { method: request.method, url: publicUrl(env, request.url), headers, body, receivedAt: Date.now() };
    const ingest = ingestOf(env, ctx);
    if (endpoint !== APP) return answer(orFallback(await take(ingest, { vendor, endpoint, delivery }), vendor, url));
    return answer(await takeForApp(ingest, { vendor, sender: request.headers.get("cf-connecting-ip") ?? "", delivery }));
  } catch (error) {
    const fault = crypto.randomUUID();
    console.error(JSON.stringify({ at: "hooks", fault, vendor: id, error: String(error).slice(0, 200) }));
    return answer(orFallback({ status: 503, retryAfterMs: RETRY_AFTER_MS }, vendor, url));
  }
}

const isAddress = (endpoint: string, { secret }: CatalogWebhook): boolean =>
  endpoint === APP ? secret.from === "app" : secret.from !== "app" && ENDPOINT.test(endpoint);

/** The address the vendor was given and signs: ours is configured, since what a proxy says of it anyone may say. */
const publicUrl = ({ PUBLIC_URL }: Env, url: string): string => PUBLIC_URL + url.replace(/^[a-z]+:\/\/[^/?#]*/i, "");

function answer({ status, reply, retryAfterMs }: Answer, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(reply?.body || null, {
    status,
    headers: {
      ...headers,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff", // a challenge's answer repeats what was sent
      ...(reply && { "content-type": reply.type }),
      ...(retryAfterMs !== undefined && { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    },
  });
}
