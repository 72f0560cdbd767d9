/** Vapi's lists: the newest first, told apart by when their members were made. */
import { type Call, json, type Reply, type State } from "@junction/sandbox";
import { bad } from "./errors.ts";

export const uuid = (digit: string): string => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join("-");
export const newUuid = (call: Call): string => [8, 4, 4, 4, 12].map((length) => call.random(length)).join("-");
export const ORG = uuid("a");

interface Made {
  readonly id: string;
  readonly orgId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
export interface Assistant extends Made {
  readonly name?: string;
  readonly firstMessage?: string;
  readonly model?: Readonly<Record<string, unknown>>;
}
export interface PhoneNumber extends Made {
  readonly provider: "vapi" | "twilio";
  readonly status: "active" | "activating" | "blocked";
  readonly number?: string;
  readonly name?: string;
}
export const assistants = (state: State) => state.collection<Assistant>("assistants");
export const phoneNumbers = (state: State) => state.collection<PhoneNumber>("phone_numbers");

export function seed(state: State, now: number): void {
  const made = (days: number) => {
    const at = new Date(now - days * 86_400_000).toISOString();
    return { orgId: ORG, createdAt: at, updatedAt: at };
  };
  assistants(state).put(uuid("b"), { ...made(9), id: uuid("b"), name: "Front desk", firstMessage: "Sandbox Plumbing, how can I help?" });
  assistants(state).put(uuid("c"), { ...made(3), id: uuid("c"), name: "Follow-up", firstMessage: "Hi, I'm calling about your estimate." });
  const twilio = { ...made(9), provider: "twilio", status: "active", number: "+12025550123", name: "Office" } as const;
  phoneNumbers(state).put(uuid("9"), { ...twilio, id: uuid("9") });
  phoneNumbers(state).put(uuid("8"), { ...made(1), id: uuid("8"), provider: "vapi", status: "activating", name: "New number" });
}

/** Those that the query's bounds leave, up to its limit; or the refusal of a query that is none. */
export function listed<T extends Made>({ query }: Call, all: readonly T[]): Reply {
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 0) return bad("limit must be an integer number");
  if (limit > 1000) return bad("limit must not be greater than 1000");
  const [after, before] = [query.get("createdAtGt"), query.get("createdAtLt")];
  for (const [name, value] of Object.entries({ createdAtGt: after, createdAtLt: before }))
    if (value !== null && Number.isNaN(Date.parse(value))) return bad(`${name} must be a valid ISO 8601 date string`);
  const found = all
    .filter(({ createdAt }) => (after === null || createdAt > after) && (before === null || createdAt < before))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return json(200, found.slice(0, limit));
}
