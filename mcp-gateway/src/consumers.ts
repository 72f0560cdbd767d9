/** Who takes part in working off events. */
import type { Consumer } from "@junction/core";
import type { Env } from "./env.ts";

export const consumersOf = (_env: Env): readonly Consumer[] => [];
