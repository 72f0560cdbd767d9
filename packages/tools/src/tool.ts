/** A tool contract: what an agent may ask for, in the words of the trade, whichever vendor serves it. */
import type { Effect } from "@junction/core";
import type * as z from "zod";

export interface Tool<Id extends string = string, I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  readonly id: Id;
  readonly title: string;
  /** For the agent: what it does, what it costs, what it does not do. At most 1,024 characters. */
  readonly description: string;
  readonly effect: Effect;
  /** The contractor approves each call an agent makes of it, unless they have switched that off. */
  readonly approval?: true;
  readonly input: I;
  /** What the agent needs next, and no more: results are projected through it. */
  readonly output: O;
}

/** States a contract; the identity function, for the inference. */
export const tool = <const Id extends `${string}/${string}`, I extends z.ZodObject, O extends z.ZodType>(
  t: Tool<Id, I, O>,
): Tool<Id, I, O> => t;
