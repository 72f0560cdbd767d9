/** Who takes part in working off events. */
import type { Consumer } from "@junction/core";
import { leads } from "@junction/leads";
import type { Env } from "./env.ts";

export const consumersOf = ({ DB }: Env): readonly Consumer[] => [leads(DB)];
