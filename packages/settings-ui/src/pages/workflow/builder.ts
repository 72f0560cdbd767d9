/**
 * What every part of the builder knows. Whoever reads a context is drawn with each change of it, so what changes with every letter, the draft
 * and what stands open, is in none: it is handed from the page to whoever draws it.
 */
import { createContext, use } from "react";
import type { Issue, Lack, StepKind } from "../../api/workflows.ts";
import type { Draft, DraftStep } from "./draft.ts";

/** What a step lacks: an integration by its name, or any that serves a tool. */
export interface Wanted {
  readonly vendor?: string | undefined;
  readonly tool?: string | undefined;
}
/** What stays as it is while the page is open. */
export interface Builder {
  readonly id: string;
  readonly mayChange: boolean;
  readonly kinds: readonly StepKind[];
  readonly edit: (change: (draft: Draft) => Draft, field?: string) => void;
  /** The draft at the moment, for what is done with it and not drawn. */
  readonly latest: () => Draft;
  readonly setOpen: (id: string | null) => void;
  readonly connect: (wanted: Wanted) => void;
  readonly showCrm: () => void;
}
export const BuilderContext = createContext<Builder | null>(null);
export function useBuilder(): Builder {
  const builder = use(BuilderContext);
  if (!builder) throw new Error("outside of a builder");
  return builder;
}

/** What is wrong with the draft, and what it lacks: as new as the last save. */
export interface Troubles {
  readonly issues: readonly Issue[];
  readonly lacks: readonly Lack[];
}
export const TroublesContext = createContext<Troubles>({ issues: [], lacks: [] });
export const useTroubles = (): Troubles => use(TroublesContext);
/** Which revision the last save made. */
export const RevisionContext = createContext(0);

const said = ({ message, near = [] }: Issue): string =>
  near.length === 0 || message.includes(near[0] ?? "")
    ? message
    : `${message} Did you mean ${near.map((each) => `{{${each}}}`).join(" or ")}?`;

/** What is wrong at one place, in words. */
export const issueAt = (issues: readonly Issue[], at: string): string | undefined => {
  const found = issues.filter((each) => each.at === at);
  return found.length === 0 ? undefined : found.map(said).join(" ");
};
/** What is wrong in a step itself, not in the steps it holds: the place within it, and the words. */
export const issuesOf = (issues: readonly Issue[], at: string): readonly { readonly field: string; readonly words: string }[] =>
  issues
    .filter(
      (each) =>
        (each.at === at || each.at.startsWith(`${at}.`)) && !/^(cases\.\d+\.steps|otherwise)\.\d+/.test(each.at.slice(at.length + 1)),
    )
    .map((each) => ({ field: each.at.slice(at.length + 1), words: said(each) }));

/** A field of a step, as its form reads and changes it. */
export interface Fields {
  readonly step: DraftStep;
  readonly at: string;
  readonly put: (changes: Readonly<Record<string, unknown>>, field?: string) => void;
}
export const textOf = (step: DraftStep, field: string): string => {
  const value = step[field];
  return typeof value === "string" ? value : "";
};
/** What is left empty is left out. */
export const given = (text: string): string | undefined => (text === "" ? undefined : text);

/** What goes into a field of the CRM. */
export interface Mapped {
  readonly value: string;
  readonly both_changed?: "ours" | "theirs" | "newest" | undefined;
}
export const mappedOf = (fields: unknown): Readonly<Record<string, Mapped>> =>
  typeof fields === "object" && fields !== null ? (fields as Readonly<Record<string, Mapped>>) : {};
