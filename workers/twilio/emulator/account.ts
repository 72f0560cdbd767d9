/** The account of Twilio's that the sandbox has, how it is asked, and how it says no. */
import { type Call, json, type Reply } from "@junction/sandbox";

export const ACCOUNT = "AC5a6db0c1e2f34a5b8c7d9e0f1a2b3c4d";
export const AUTH_TOKEN = "7f1e0c4b9a3d4c6e8b2f5a1d0e9c8b7a";
export const SERVICE = "MG0a1b2c3d4e5f60718293a4b5c6d7e8f9";
export const KEY = { sid: "SK1b2c3d4e5f60718293a4b5c6d7e8f90a", secret: "standardKeySecret0123456789abcdef" };
/** May read, may not send. */
export const READ_KEY = { sid: "SK9f8e7d6c5b4a39281706f5e4d3c2b1a0", secret: "restrictedKeySecret0123456789abc" };

export const BASE = "/2010-04-01/Accounts/:account";

export function refuse(status: number, code: number, message: string): Reply {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": 'Basic realm="Twilio API"' } : {};
  return answer(json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers));
}
export const answer = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, "twilio-concurrent-requests": "1" } });

export function authenticate(call: Call): Reply | null {
  const [user, password] = basic(call.headers.get("authorization"));
  const account = /^\/2010-04-01\/Accounts\/([^/.]+)/.exec(call.url.pathname)?.[1];
  const whole = user === ACCOUNT && password === AUTH_TOKEN;
  const standard = user === KEY.sid && password === KEY.secret;
  const restricted = user === READ_KEY.sid && password === READ_KEY.secret;
  if (!(whole || standard || restricted) || account !== ACCOUNT) return refuse(401, 20003, "Authenticate");
  // Only the auth token and a Main key may read the account itself.
  if (!whole && call.operation === "get_account") return refuse(401, 20003, "Authenticate");
  if (restricted && call.method !== "GET") return refuse(403, 70051, "Authorization Failed");
  return null;
}

function basic(header: string | null): readonly string[] {
  const encoded = /^Basic (\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return [];
  const pair = atob(encoded);
  const colon = pair.indexOf(":");
  return [pair.slice(0, colon), pair.slice(colon + 1)];
}

/** The number in E.164 as Twilio reads it, or null: ten digits are taken for a number of the USA. */
export function phone(value: string): string | null {
  const bare = value.replace(/[\s().-]/g, "");
  const number = /^[2-9]\d{9}$/.test(bare) ? `+1${bare}` : /^1[2-9]\d{9}$/.test(bare) ? `+${bare}` : bare;
  if (number.startsWith("+1")) return /^\+1[2-9]\d{9}$/.test(number) ? number : null;
  return /^\+[2-9]\d{6,14}$/.test(number) ? number : null;
}

export const rfc2822 = (at: number): string => new Date(at).toUTCString().replace("GMT", "+0000");
/** A day in GMT, or an instant; null where none is asked for, NaN where it is neither. */
export const day = (value: string | null): number | null => (value === null || value === "" ? null : Date.parse(value));
export const missing = (call: Call): Reply => refuse(404, 20404, `The requested resource ${call.url.pathname} was not found`);

export function paged<T extends { readonly sid: string }>(
  call: Call,
  name: string,
  items: readonly T[],
  show: (item: T) => unknown,
): Reply {
  const size = Number(call.query.get("PageSize") ?? 50);
  if (!Number.isInteger(size) || size < 1) return refuse(400, 20001, "Invalid parameter PageSize");
  const pageSize = Math.min(size, 1000);
  const page = Number(call.query.get("Page") ?? 0);
  const after = call.query.get("PageToken")?.slice(2);
  const start = after === undefined ? page * pageSize : items.findIndex(({ sid }) => sid === after) + 1;
  const shown = items.slice(start, start + pageSize);
  const uri = (number: number, token?: string): string => {
    const query = new URLSearchParams(call.query);
    query.set("PageSize", String(pageSize));
    query.set("Page", String(number));
    if (token === undefined) query.delete("PageToken");
    else query.set("PageToken", `PA${token}`);
    return `${call.url.pathname}?${query}`;
  };
  const last = shown.at(-1);
  const more = start + pageSize < items.length;
  return answer(
    json(200, {
      [name]: shown.map(show),
      end: start + Math.max(shown.length - 1, 0),
      first_page_uri: uri(0),
      next_page_uri: more && last ? uri(page + 1, last.sid) : null,
      page,
      page_size: pageSize,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      start,
      uri: uri(page, after),
    }),
  );
}
