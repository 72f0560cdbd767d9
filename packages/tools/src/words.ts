/** The words tool contracts share. Each description says what is allowed: it is what a caller with a wrong value gets to read. */
import * as z from "zod";

export const Phone = z
  .string()
  .regex(/^\+[1-9]\d{1,14}$/)
  .describe("a phone number in E.164 form, such as +12025550123");
export const EmailAddress = z.email().max(254).describe("an email address, such as ann@example.com");
export const Cents = z
  .number()
  .int()
  .min(1)
  .max(99_999_999)
  .describe("an amount in the currency's smallest unit, such as 12500 for $125.00");
export const Currency = z
  .string()
  .regex(/^[a-z]{3}$/)
  .default("usd")
  .describe("an ISO 4217 currency code in lower case, such as usd");
export const Instant = z.iso
  .datetime({ offset: true })
  .describe("an ISO 8601 date and time with offset, such as 2026-11-20T09:00:00-05:00");
export const TimeZone = z
  .string()
  .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/)
  .describe("an IANA time zone, such as America/New_York");
export const CalendarId = z.string().min(1).max(254).default("primary").describe("which calendar; left out, the contractor's main one");
