/** Takes secrets out of what the sandbox shows: by where they stand, by their name, and by their value. */
import type { Call, Emulator } from "./emulator.ts";

const MASK = "••••";
const HEADER = /authorization|cookie|token|secret|key$|password|signature/i;
const NAME = /(secret|password|assertion|verifier|credential|api_?key|token)$|^(key|code)$/i;
const HARMLESS = /^idempotency-key$|(page|sync)_?token$/i;
const SHORTEST = 6; // a shorter value would take whole words out of the texts
const BODY_LIMIT = 4096;

const isSecretHeader = (name: string): boolean => HEADER.test(name) && !HARMLESS.test(name);
/** `metadata[api_key]` counts by its last part. */
const isSecretName = (name: string): boolean => {
  const last = name.replace(/\]$/, "").split("[").at(-1) ?? name;
  return NAME.test(last) && !HARMLESS.test(last);
};

/** The secret values of all credential sets of an emulator. */
export function declaredSecrets({ credentials, secrets }: Emulator): readonly string[] {
  return Object.values(credentials).flatMap((fields) => secrets.flatMap((name) => fields?.[name] ?? []));
}

/** Replaces each secret in a text, raw or percent-encoded. */
export function masker(secrets: Iterable<string>): (text: string) => string {
  const forms = [...secrets]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret), new URLSearchParams({ v: secret }).toString().slice(2)])]);
  return (text) => forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

/** What was presented as a credential: a bearer token, or both halves of Basic. */
function presentedIn(value: string): readonly string[] {
  const [, scheme, rest] = /^(\w+) +(.+)$/.exec(value) ?? [];
  if (rest === undefined) return [value];
  if (scheme?.toLowerCase() !== "basic") return [value, rest];
  try {
    const pair = atob(rest);
    const colon = pair.indexOf(":");
    return [rest, pair.slice(0, colon), pair.slice(colon + 1)];
  } catch (error) {
    if (error instanceof DOMException) return [rest];
    throw error;
  }
}

function maskFields(fields: URLSearchParams, seen: Set<string>): string {
  return [...fields]
    .map(([name, value]) => {
      if (!isSecretName(name)) return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
      seen.add(value);
      return `${encodeURIComponent(name)}=${MASK}`;
    })
    .join("&");
}

function maskJson(value: unknown, seen: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => maskJson(item, seen));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (typeof item !== "string" || !isSecretName(name)) return [name, maskJson(item, seen)];
      seen.add(item);
      return [name, MASK];
    }),
  );
}

export interface MaskedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that may be shown: secrets go by header, by field name, and wherever a known or presented secret is repeated. */
export function maskRequest(call: Call, emulator: Emulator): MaskedRequest {
  const seen = new Set(declaredSecrets(emulator));
  const headers: Record<string, string> = {};
  for (const [name, value] of call.headers) {
    if (!isSecretHeader(name)) {
      headers[name] = value;
      continue;
    }
    for (const secret of presentedIn(value)) seen.add(secret);
    headers[name] = (/^(Basic|Bearer|Key|Token) /i.exec(value)?.[0] ?? "") + MASK;
  }
  const query = maskFields(call.query, seen);
  const form = [...call.form].length > 0;
  const body = form ? maskFields(call.form, seen) : call.json === undefined ? call.text : JSON.stringify(maskJson(call.json, seen));

  // An account's id is shown, though it is half of Basic authentication.
  for (const [name, value] of Object.entries(emulator.credentials.valid)) if (!emulator.secrets.includes(name)) seen.delete(value);
  const clean = masker(seen);
  return {
    method: call.method,
    host: call.url.host,
    path: clean(call.url.pathname),
    query: clean(query),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, clean(value)])),
    body: clean(body).slice(0, BODY_LIMIT),
  };
}
