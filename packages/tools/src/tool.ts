/** A tool contract: what an agent may ask for, in the words of the trade, whichever vendor serves it. */
import type { Effect } from "@junction/core";
import type * as z from "zod/mini";

export interface Tool<Id extends string = string, I extends z.ZodMiniObject = z.ZodMiniObject, O extends z.ZodMiniType = z.ZodMiniType> {
  readonly id: Id;
  readonly title: string;
  /** For the agent: what it does, what it costs, what it does not do. At most 1,024 characters. */
  readonly description: string;
  readonly effect: Effect;
  /** The contractor approves each call an agent makes of it, unless they have switched that off. */
  readonly approval?: true;
  /**
   * A read that changes nothing and tells nothing of the contractor's own records, so that any vendor's answer is as good as another's: if
   * one fails, the next that is connected is asked within the same call.
   */
  readonly interchangeable?: true;
  /**
   * What it names is of one vendor's own records: a vendor that does not know it (`NotFound`, so nothing has happened) passes the call on to
   * the next that is connected, within the same call.
   */
  readonly passesOn?: true;
  /**
   * It may take longer than a caller waits. Called by an agent or the API it starts at once and answers `{ work_id, status }`, and
   * `crm/get_work` tells what became of it; within a workflow it is a step that takes long. Its vendors do not notice.
   */
  readonly background?: true;
  /** Junction's own machinery calls it; no agent is shown it, and nobody else may call it. */
  readonly internal?: true;
  readonly input: I;
  /** What the agent needs next, and no more: results are projected through it. */
  readonly output: O;
}

/** States a contract; the identity function, for the inference. */
export const tool = <const Id extends `${string}/${string}`, I extends z.ZodMiniObject, O extends z.ZodMiniType>(
  t: Tool<Id, I, O>,
): Tool<Id, I, O> => t;
