/** Errors of the API: what is wrong, in our words, field by field where it is about fields. */
import { HTTPException } from "hono/http-exception";
import * as z from "zod";

export const Problem = z.object({
  error: z.object({
    kind: z.string(),
    message: z.string(),
    /** Field → what is allowed. */
    fields: z.record(z.string(), z.string()).optional(),
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
