/** A schema's complaints in words that name the field and the remedy. */
import { EventType } from "@junction/core";
import type * as z from "zod";
import { didYouMean, nearest } from "./nearest.ts";

/** What is wrong, and where: `steps.2.cases.0.steps.1.body`. */
export interface Issue {
  readonly at: string;
  readonly message: string;
  readonly near?: readonly string[];
  readonly remedy?: string;
}

/** `fields`: the names that are known at `at`. */
export const explain = (issues: readonly z.core.$ZodIssue[], at: string, value: unknown, fields: readonly string[]): Issue[] =>
  issues.flatMap((issue): Issue[] => {
    const where = [at, ...issue.path.map(String)].filter((part) => part !== "").join(".");
    const name = String(issue.path.at(-1) ?? at);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(where, key, issue.path.length === 0 ? fields : []));
    const given = issue.path.reduce<unknown>(
      (from, key) => (typeof from === "object" && from !== null ? (from as Record<PropertyKey, unknown>)[key] : undefined),
      value,
    );
    return [{ at: where, ...words(issue, name, given) }];
  });

function unknownField(at: string, key: string, fields: readonly string[]): Issue {
  const near = nearest(key, fields);
  const message = `There is no field “${key.slice(0, 60)}” here.${didYouMean(near)}`;
  // A graph drawn elsewhere: ours is a list, so nothing can lead back.
  const graph = /^(next|goto|then|on_?success|target|edges?|connections?)$/i.test(key);
  const remedy = graph
    ? "Steps go on in the order of the list; a branch holds the steps of each case."
    : fields.length > 0
      ? `Known fields: ${fields.join(", ")}.`
      : "Take it out.";
  return { at: at === "" ? key.slice(0, 60) : `${at}.${key.slice(0, 60)}`, message, near, remedy };
}

function words(issue: z.core.$ZodIssue, name: string, given: unknown): Pick<Issue, "message" | "near" | "remedy"> {
  if (given === undefined) return { message: `${name} is missing.` };
  switch (issue.code) {
    case "too_big":
      return { message: `${name} is too ${size(issue.origin)}: at most ${issue.maximum}.` };
    case "too_small":
      return { message: `${name} is too ${issue.origin === "number" ? "small" : "short"}: at least ${issue.minimum}.` };
    case "invalid_value": {
      const known = issue.values.map(String);
      const near = typeof given === "string" ? nearest(given, known) : [];
      const list = known.length === EventType.options.length ? "one of the event types" : `one of ${known.join(", ")}`;
      return { message: `${name} must be ${list}.${didYouMean(near)}`, near };
    }
    case "invalid_union":
      return { message: `${name} is not valid: it must be of one of the known kinds.` };
    case "invalid_type":
      return { message: `${name} must be ${article(issue.expected)}.` };
    default:
      return { message: `${name} must be ${issue.message.replace(/^Invalid[^:]*: /, "")}.` };
  }
}

const size = (origin: string): string => (origin === "string" ? "long" : origin === "array" ? "many" : "large");
const ARTICLES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  object: "an object",
  array: "a list",
  record: "an object",
  boolean: "true or false",
};
const article = (type: string): string => ARTICLES[type] ?? type;
