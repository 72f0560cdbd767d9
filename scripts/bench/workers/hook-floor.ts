/** The floor of a webhook: the signature checked and one row stored, and nothing around it. */
interface FloorEnv {
  readonly DB: D1Database;
  readonly TOKEN: string;
  readonly ADDRESS: string;
}

let key: CryptoKey | undefined;

export default {
  async fetch(request, env) {
    const text = await request.text();
    const form = [...new URLSearchParams(text)].sort(([a], [b]) => (a < b ? -1 : 1));
    const signed = env.ADDRESS + form.map(([name, value]) => name + value).join("");
    key ??= await crypto.subtle.importKey("raw", new TextEncoder().encode(env.TOKEN), { name: "HMAC", hash: "SHA-1" }, false, ["verify"]);
    const given = Uint8Array.from(atob(request.headers.get("x-twilio-signature") ?? ""), (character) => character.charCodeAt(0));
    if (!(await crypto.subtle.verify("HMAC", key, given, new TextEncoder().encode(signed)))) return new Response("forged", { status: 401 });
    const id = new URLSearchParams(text).get("MessageSid");
    await env.DB.prepare("INSERT OR IGNORE INTO rows (id, payload) VALUES (?, ?)").bind(id, text).run();
    return new Response("<Response/>", { headers: { "content-type": "text/xml" } });
  },
} satisfies ExportedHandler<FloorEnv>;
