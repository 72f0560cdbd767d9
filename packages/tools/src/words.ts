/** The words tool contracts share. Each description says what is allowed: it is what a caller with a wrong value gets to read. */
import { FILE, type FileLimits } from "@junction/core";
import * as z from "zod/mini";

export const Phone = z.string().check(z.regex(/^\+[1-9]\d{1,14}$/), z.describe("a phone number in E.164 form, such as +12025550123"));
/** What somebody is looked up by. */
export const PersonSought = z
  .string()
  .check(
    z.minLength(2),
    z.maxLength(200),
    z.describe("an email address, a phone number in E.164 form such as +12025550123, or a name, 2 to 200 characters"),
  );
export const EmailAddress = z.email().check(z.maxLength(254), z.describe("an email address, such as ann@example.com"));
export const Cents = z
  .int()
  .check(z.minimum(1), z.maximum(99_999_999), z.describe("an amount in the currency's smallest unit, such as 12500 for $125.00"));
export const Currency = z._default(
  z.string().check(z.regex(/^[a-z]{3}$/), z.describe("an ISO 4217 currency code in lower case, such as usd")),
  "usd",
);
export const Instant = z.iso
  .datetime({ offset: true })
  .check(z.describe("an ISO 8601 date and time with offset, such as 2026-11-20T09:00:00-05:00"));
export const TimeZone = z
  .string()
  .check(z.regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/), z.describe("an IANA time zone, such as America/New_York"));
export const CalendarId = z._default(
  z.string().check(z.minLength(1), z.maxLength(254), z.describe("which calendar; left out, the contractor's main one")),
  "primary",
);

/**
 * A file that a tool takes: a `file_id`, or a public https address, which is fetched and kept as one. By the time a vendor sees it, it is
 * of one of these types (`image/jpeg`, or `image/*` for all of a kind) and no larger than this.
 */
export const FileRef = ({ types, maxBytes }: { readonly types: readonly string[]; readonly maxBytes: number }) =>
  z.string().check(
    z.regex(/^(file_[0-9a-z]{25}|https:\/\/\S{4,})$/),
    z.maxLength(2000),
    z.meta({
      description: `a file (${types.join(", ")}; at most ${sizeInWords(maxBytes)}): its file_id, or a public https address it can be fetched from`,
      examples: [`https://media.example.com/sample.${types[0]?.split("/")[1]?.replace("*", "bin") ?? "bin"}`],
      [FILE]: { types: [...types], max_bytes: maxBytes } satisfies FileLimits,
    }),
  );

/** A file that a tool made, kept for the contractor: what `files.save` gives. */
export const SavedFile = z
  .object({
    file_id: z.string().check(z.describe("to hand to another tool that takes a file")),
    url: z.url().check(z.describe("where it can be had until it expires, by whoever has this address")),
    type: z.string().check(z.describe("its media type, such as audio/mpeg")),
    size_bytes: z.int(),
    expires_at: z.iso.datetime().check(z.describe("when it is deleted")),
  })
  .check(z.meta({ [FILE]: "saved" }));

/** `25 MB`, in the decimal units that vendors state their limits in. */
function sizeInWords(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? ["GB", 1e9] : bytes >= 1e6 ? ["MB", 1e6] : ["kB", 1e3];
  return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
}
