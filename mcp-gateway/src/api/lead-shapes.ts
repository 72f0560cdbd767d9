/** Leads as the API takes and gives them. */
import type { Lead } from "@junction/db";
import { type Column, e164, emailAddress } from "@junction/leads";
import * as z from "zod";

export const Shown = z.object({
  id: z.string(),
  name: z.string().nullable(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
  /** The integration they were first heard of through. */
  source: z.string().nullable(),
  /** Integration → their id there. */
  external: z.record(z.string(), z.string()),
  /** Fields of the contractor's own. */
  custom: z.record(z.string(), z.string()),
  created_at: z.number(),
  updated_at: z.number(),
});
const Entry = z.object({
  id: z.string(),
  at: z.number(),
  type: z.string(),
  vendor: z.string().nullable(),
  event: z.string().nullable(),
  words: z.string(),
  /** Of what a run did; null for what simply happened. */
  state: z.enum(["pending", "success", "failure"]).nullable(),
  url: z.string().nullable(),
  run: z.string().nullable(),
  /** Of a call: what was said, in short if it was long. */
  said: z.string().optional(),
  /** Of a message that a caller left: what `crm/get_voicemail` takes. */
  recording_id: z.string().optional(),
});
export const Person = Shown.extend({
  /** Newest first. */
  timeline: z.array(Entry),
  /** There is more of it than is shown. */
  more: z.boolean(),
});

export const shown = ({ id, name, phones, emails, source, external, custom, createdAt, updatedAt }: Lead): z.output<typeof Shown> => ({
  ...{ id, name, source, created_at: createdAt, updated_at: updatedAt },
  phones: [...phones],
  emails: [...emails],
  external: { ...external },
  custom: { ...custom },
});

/** Where a page of the list ended. Leads heard of since stand before it, so none is given twice. */
const Place = z
  .string()
  .regex(/^\d{1,15}\.[\w.-]{1,80}$/, "what `next` said of the page before")
  .transform((text) => {
    const at = text.indexOf(".");
    return { updatedAt: Number(text.slice(0, at)), id: text.slice(at + 1) };
  });
export const Search = z.strictObject({
  query: z.string().trim().min(1).max(100).optional(),
  before: Place.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const written = (normal: (text: string) => string | null, words: string) =>
  z
    .string()
    .max(254)
    .transform((text, context) => {
      const value = normal(text);
      if (value === null) context.addIssue({ code: "custom", message: words });
      return value ?? z.NEVER;
    });
const distinct = <T extends z.ZodType>(one: T) =>
  z
    .array(one)
    .max(20)
    .transform((values) => [...new Set(values)]);
const Phones = distinct(written(e164, "a phone number with its country code, such as +12025550123"));
const Emails = distinct(written(emailAddress, "an email address, such as ann@example.com"));
const Name = z.string().trim().min(1).max(200);
const FieldName = z
  .string()
  .regex(/^[^.{}|\s][^.{}|]{0,99}$/, "a field's name: at most 100 characters, none of . { } |")
  .refine((name) => name !== "__proto__", "another name");
export const NewLead = z
  .strictObject({
    name: Name.optional(),
    phones: Phones.default([]),
    emails: Emails.default([]),
    source: z.string().trim().min(1).max(60).default("api"),
    custom: z.record(FieldName, z.string().max(5000)).default({}),
    /** Tell of it as `lead.created`: workflows that begin with a new lead begin, and the contractor's own systems hear of it. */
    announce: z.boolean().default(true),
  })
  .refine(({ phones, emails }) => phones.length + emails.length > 0, {
    path: ["phones"],
    message: "give a phone number or an email address",
  });
export const Changes = z.strictObject({
  name: Name.nullable().optional(),
  /** The whole list; the first is the one that is used. */
  phones: Phones.optional(),
  emails: Emails.optional(),
  /** Fields left out stay; null removes one. */
  custom: z.record(FieldName, z.string().max(5000).nullable()).optional(),
});
const COLUMN = /^(?:name|first_name|last_name|phone|email|ignore|custom\.[^.{}|\s][^.{}|]{0,99})$/;
export const Import = z.strictObject({
  csv: z.string().max(4_000_000),
  /** Column's heading → what it holds, where that is not what its name says. */
  columns: z
    .record(
      z.string().max(200),
      z.custom<Column>(
        (value) => typeof value === "string" && COLUMN.test(value),
        "name, first_name, last_name, phone, email, custom.<field> or ignore",
      ),
    )
    .default({}),
  source: z.string().trim().min(1).max(60).default("import"),
  /** The same of each lead that is new. A file may hold thousands, so it has to be asked for. */
  announce: z.boolean().default(false),
  /** Only says what would come in, and what is wrong. */
  dry_run: z.boolean().default(false),
});
export const Done = z.object({
  columns: z.array(z.object({ heading: z.string(), holds: z.string() })),
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  /** Whom the rows are about. */
  leads: z.array(z.string()),
  errors: z.array(z.object({ line: z.number(), field: z.string().nullable(), message: z.string() })),
});
