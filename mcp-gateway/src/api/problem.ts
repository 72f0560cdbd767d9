/** Errors of the API: what is wrong, in our words, field by field where it is about fields. */
import { HTTPException } from "hono/http-exception";
import * as z from "zod";

/** What is wrong in one place of something larger, and what mends it. */
export const Issue = z.object({
  /** Where in it: `steps.2.body`. */
  at: z.string(),
  /** The step's id, where it is about one. */
  step: z.string().nullish(),
  message: z.string(),
  /** What may have been meant. */
  near: z.array(z.string()).optional(),
  /** `url`: a page of the settings app; null where it is mended in the place itself. */
  remedy: z.object({ words: z.string(), url: z.string().nullable() }).optional(),
});
export type Issue = z.output<typeof Issue>;

export const Problem = z.object({
  error: z.object({
    kind: z.string(),
    message: z.string(),
    /** Field → what is allowed. */
    fields: z.record(z.string(), z.string()).optional(),
    issues: z.array(Issue).optional(),
    /** A vendor's own words: untrusted, for the owner to read as a quotation. */
    vendor_said: z.object({ status: z.number(), code: z.string().optional(), message: z.string().optional() }).optional(),
    next: z.string().optional(),
    retry_after_ms: z.number().optional(),
    url: z.string().optional(),
    call: z.string().optional(),
  }),
});
export type Problem = z.output<typeof Problem>["error"];

/** Ends a request with an error. */
export class Refused extends HTTPException {
  readonly problem: Problem;
  constructor(status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 502 | 500, problem: Problem) {
    super(status, { message: problem.message });
    this.problem = problem;
  }
}

export const notFound = (what: string) => new Refused(404, { kind: "NotFound", message: `There is no such ${what}.` });
