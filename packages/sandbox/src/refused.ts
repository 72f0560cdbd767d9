/** A request that the sandbox's API refuses, field by field. */
import type * as z from "zod";

export type Issue = { readonly field: string; readonly message: string };

export class Refused extends Error {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map(({ field, message }) => `${field}: ${message}`).join("; "));
    this.issues = issues;
  }
}

/** Refuses the whole request for one field. */
export function refused(field: string, message: string): never {
  throw new Refused([{ field, message }]);
}

/** The value as the schema has it; refuses what does not fit. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refused(parsed.error.issues.map(({ path, message }) => ({ field: path.join(".") || "body", message })));
}
