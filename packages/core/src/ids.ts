/** Ids and the patterns they must match, at every border. */
import * as z from "zod/mini";

/** The tenant. Chosen by the host CRM, so its alphabet is wide enough for a UUID. */
export const ContractorId = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/, "1 to 64 letters, digits or dashes"));
/** Kebab-case: the vendor's folder, Worker and route. */
export const VendorId = z.string().check(z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "a vendor id such as google-calendar"));
/** `domain/verb_noun`, such as `crm/send_sms`. */
export const ToolId = z.string().check(z.regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9_]*$/, "a tool id such as crm/send_sms"));

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32

/** A new id: the prefix, 9 characters of milliseconds (so ids sort by time) and 16 of randomness. */
export function newId(
  prefix:
    | "call"
    | "con"
    | "key"
    | "lease"
    | "alert"
    | "note"
    | "evt"
    | "sub"
    | "dlv"
    | "lead"
    | "wf"
    | "run"
    | "tpl"
    | "fetch"
    | "import"
    | "job"
    | "cflt"
    | "file"
    | "work",
  now: number = Date.now(),
): string {
  let time = "";
  for (let rest = now, place = 0; place < 9; place++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  let random = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += ALPHABET[byte & 31];
  return `${prefix}_${time}${random}`;
}

/** Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes: 64 characters. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
