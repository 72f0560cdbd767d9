/** Makes a `Call` of what arrived. */
import type { Call, Operation, Settings } from "./emulator.ts";
import type { State } from "./state.ts";

/** A request as it crosses from the sandbox's Worker to the vendor's Durable Object; `url` is the vendor's own. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array;
  /** In the bytes' place, for an operation that `streams`. */
  readonly body?: ReadableStream<Uint8Array> | undefined;
}

/** The fields of a form, of either media type; null for any other body. A file counts by its name. */
async function formOf(headers: Headers, bytes: Uint8Array): Promise<URLSearchParams | null> {
  const type = headers.get("content-type") ?? "";
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return new URLSearchParams(new TextDecoder().decode(bytes));
  if (!/^multipart\/form-data\b/i.test(type)) return null;
  try {
    const parts = await new Response(bytes, { headers: { "content-type": type } }).formData();
    return new URLSearchParams([...parts].map(([name, value]): [string, string] => [name, typeof value === "string" ? value : value.name]));
  } catch (error) {
    if (error instanceof TypeError) return null; // no boundary, or none where it should be
    throw error;
  }
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** As over a network: a body that is taken as fast as it can be had would keep everybody else in this process waiting. */
function paced(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let taken = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        if (++taken % 8 === 0) await scheduler.wait(0);
        controller.enqueue(chunk);
      },
    }),
  );
}

/** Random characters of an alphabet of at most 256. */
export function random(length: number, alphabet = "0123456789abcdef"): string {
  let made = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(length))) made += alphabet[byte % alphabet.length];
  return made;
}

/** Reads the arrival as the vendor would; `found` is null where no operation matches. */
export async function readCall(
  arrival: Arrival,
  found: { readonly operation: Operation; readonly params: Readonly<Record<string, string>> } | null,
  state: State,
  settings: Settings,
): Promise<Call> {
  const url = new URL(arrival.url);
  const headers = new Headers();
  for (const [name, value] of arrival.headers) headers.append(name, value);
  const text = new TextDecoder().decode(arrival.bytes);
  const form = await formOf(headers, arrival.bytes);
  return {
    operation: found?.operation.name ?? "",
    method: arrival.method,
    url,
    query: url.searchParams,
    headers,
    bytes: arrival.bytes,
    body: arrival.body ? paced(arrival.body) : null,
    text,
    form: form ?? new URLSearchParams(),
    json: form ? undefined : parseJson(text),
    state,
    settings,
    param(name) {
      const value = found?.params[name];
      if (value === undefined) throw new Error(`the path of ${found?.operation.name ?? "no operation"} has no :${name}`);
      return value;
    },
    now: () => Date.now() + settings.clockAheadSeconds * 1000,
    random,
  };
}
