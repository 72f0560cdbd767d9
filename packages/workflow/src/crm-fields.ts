/** A CRM's fields of a lead, and what is wrong with a mapping to them, said before anything is written. */
import * as z from "zod";
import { didYouMean, nearest } from "./nearest.ts";

/** The output of `crm/list_crm_fields`. */
export const CrmFields = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      required: z.boolean(),
      read_only: z.boolean(),
      options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    }),
  ),
});
export type CrmField = z.output<typeof CrmFields>["fields"][number];

export interface MappingIssue {
  /** Where it stands in what was asked: `fields.<CRM field>`, `map.<custom field>`. */
  readonly at: string;
  readonly message: string;
  readonly near?: readonly string[];
}
export interface Mapped {
  readonly at: string;
  readonly field: string;
  /** What would go in; null: nothing would, or it is not known. */
  readonly value: string | null;
}

/** What is wrong with fields that are read from a CRM (`reads`) or written to it. `crm`: as people know it. */
export function mappingIssues(mapped: readonly Mapped[], known: readonly CrmField[], crm: string, reads = false): MappingIssue[] {
  return mapped.flatMap(({ at, field, value }): MappingIssue[] => {
    const found = known.find(({ name }) => name === field);
    if (!found) {
      const named = new Map(
        known.flatMap(
          ({ name, label }) =>
            [
              [name, name],
              [label, name],
            ] as const,
        ),
      );
      const near = [...new Set(nearest(field, [...named.keys()]).map((one) => named.get(one) ?? one))];
      return [{ at, message: `${crm} has no field “${field.slice(0, 100)}” of a lead.${didYouMean(near, (one) => `“${one}”`)}`, near }];
    }
    if (reads) return [];
    if (found.read_only) return [{ at, message: `${crm} does not let “${found.label}” be written.` }];
    const wrong = value === null ? null : misfit(found, value);
    return wrong === null ? [] : [{ at, message: `${crm}'s field “${found.label}” takes ${wrong}; “${value?.slice(0, 60)}” is not one.` }];
  });
}

/** What a field takes, where the value is not that. */
function misfit({ type, options }: CrmField, value: string): string | null {
  const text = value.trim();
  const choices = () =>
    `one of ${(options ?? [])
      .slice(0, 12)
      .map((one) => `“${one.value}”`)
      .join(", ")}${(options?.length ?? 0) > 12 ? " …" : ""}`;
  switch (type) {
    case "number":
      return Number.isFinite(Number(text)) ? null : "a number";
    case "boolean":
      return /^(?:true|false)$/i.test(text) ? null : "true or false";
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? null : "a date such as 2026-11-21";
    case "datetime":
      return z.iso.datetime({ offset: true }).safeParse(text).success ? null : "a time such as 2026-11-21T09:00:00-05:00";
    case "email":
      return z.email().safeParse(text).success ? null : "an email address";
    case "url":
      return URL.canParse(text) ? null : "an address such as https://example.com";
    case "choice":
      return options === undefined || options.some((one) => one.value === text) ? null : choices();
    case "choices":
      return options === undefined || text.split(";").every((part) => options.some((one) => one.value === part.trim())) ? null : choices();
    default:
      return null;
  }
}
