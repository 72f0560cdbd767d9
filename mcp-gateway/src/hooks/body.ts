/** A delivery's body: bytes, as they stood on the wire. */

export const MAX_BODY = 1024 * 1024;

/** The whole body, or what it is answered with: too long (no more of it is read than shows that), or not there to the end. */
export async function readBody(request: Request): Promise<Uint8Array | { readonly status: 400 | 413 }> {
  try {
    return (await whole(request)) ?? { status: 413 };
  } catch (error) {
    // Its length or its chunks are wrong, or the sender is gone: of this, reading alone can throw.
    console.warn(JSON.stringify({ at: "hooks", what: "a body that cannot be read", error: String(error).slice(0, 200) }));
    return { status: 400 };
  }
}

async function whole(request: Request): Promise<Uint8Array | null> {
  if (!request.body) return new Uint8Array();
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > MAX_BODY) {
    await request.body.cancel();
    return null;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_BODY) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}
