/** What a law of the vendor family is, and what excuses a vendor from one. */
import * as z from "zod";

export interface Violation {
  /** The tool whose action breaks the law; absent where it is the vendor as a whole, `test` for its test call. */
  readonly tool?: string;
  readonly text: string;
}

export interface Law<On> {
  /** The promise, as a sentence: also the name of the test. */
  readonly name: string;
  /** Every breach it finds; none, if the law holds. */
  check(on: On): Promise<readonly Violation[]> | readonly Violation[];
}

/** `workers/<id>/<id>.contract.ts`, where a vendor has one: what the suite cannot know of it. Plain data. */
export const Contract = z.strictObject({
  /** Laws it does not keep, and why: the reason is for the reader. */
  exempt: z.array(z.strictObject({ law: z.string(), tool: z.string().optional(), reason: z.string().min(20) })).default([]),
  /** Tool → fields of its sample that must be of this vendor's emulator, such as a customer's id. */
  samples: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
export type Contract = z.output<typeof Contract>;

/** The breaches no exemption covers, and the exemptions that cover none: an excuse nobody needs is out of date. */
export function verdict(law: string, violations: readonly Violation[], { exempt }: Pick<Contract, "exempt">): readonly string[] {
  const excuses = exempt.filter((excuse) => excuse.law === law);
  const covers = (excuse: (typeof excuses)[number], { tool }: Violation) => excuse.tool === undefined || excuse.tool === tool;
  return [
    ...violations
      .filter((violation) => !excuses.some((excuse) => covers(excuse, violation)))
      .map(({ tool, text }) => (tool === undefined ? text : `${tool}: ${text}`)),
    ...excuses
      .filter((excuse) => !violations.some((violation) => covers(excuse, violation)))
      .map(
        ({ tool, reason }) => `is exempt${tool === undefined ? "" : ` for ${tool}`} but keeps the law: remove the exemption (${reason})`,
      ),
  ];
}
