/** How vendors sign what they deliver, from the vendor's side: independent of the kit, which verifies. */

const bytes = (text: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(typeof text === "string" ? new TextEncoder().encode(text) : text);

/** HMAC over the parts, one after the other. A key given as text is its UTF-8 bytes. */
export async function mac(
  hash: "SHA-1" | "SHA-256" | "SHA-512",
  key: string | Uint8Array,
  as: "hex" | "base64",
  ...parts: readonly string[]
): Promise<string> {
  const usable = await crypto.subtle.importKey("raw", bytes(key), { name: "HMAC", hash }, false, ["sign"]);
  return written(await crypto.subtle.sign("HMAC", usable, bytes(parts.join(""))), as);
}

/** SHA-256 over the text, or over bytes. */
export const sha256 = async (text: string | Uint8Array, as: "hex" | "base64"): Promise<string> =>
  written(await crypto.subtle.digest("SHA-256", bytes(text)), as);

function written(result: ArrayBuffer, as: "hex" | "base64"): string {
  const found = [...new Uint8Array(result)];
  return as === "hex" ? found.map((byte) => byte.toString(16).padStart(2, "0")).join("") : btoa(String.fromCharCode(...found));
}
