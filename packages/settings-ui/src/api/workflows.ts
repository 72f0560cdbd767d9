/** Workflows, as the list and the builder read and change them. */
import { queryOptions } from "@tanstack/react-query";
import type { Draft } from "../pages/workflow/draft.ts";
import { ask, queryOf } from "./ask.ts";
import { queryClient } from "./queries.ts";

export type WorkflowState = "draft" | "active" | "inactive";
export interface WorkflowRow {
  readonly id: string;
  readonly name: string;
  readonly state: WorkflowState;
  readonly trigger: string | null;
  readonly revision: number;
  readonly active_version: number | null;
  readonly updated_at: number;
  readonly health: { readonly ready: boolean; readonly issues: number };
  readonly runs: {
    readonly running: number;
    readonly waiting: number;
    readonly paused: number;
    readonly needs_attention: number;
    readonly failed_24h: number;
  };
}
/** What is wrong with a definition, and where: `steps.2.body`. */
export interface Issue {
  readonly at: string;
  readonly message: string;
  readonly near?: readonly string[] | undefined;
  readonly remedy?: Remedy | undefined;
}
export interface Remedy {
  readonly words: string;
  /** Null: in the builder itself. */
  readonly url?: string | null | undefined;
}
/** What keeps it from being activated, and at which step. */
export interface Lack {
  readonly at: string;
  readonly step: string | null;
  readonly message: string;
  readonly remedy?: Remedy | undefined;
}
export interface Workflow extends WorkflowRow {
  readonly definition: Draft;
  readonly issues: readonly Issue[];
}
/** What kind of step there is, and what later steps may name of it. */
export interface StepKind {
  readonly type: string;
  readonly title: string;
  readonly words: string;
  /** Tools that an integration must serve, and which integrations do. */
  readonly needs: readonly { readonly tool: string; readonly vendors: readonly string[] }[];
  readonly outputs: Readonly<Record<string, string>>;
}
export interface Placeholder {
  readonly name: string;
  readonly words: string;
  /** Why it may have no value: it asks for a fallback. */
  readonly unsure?: string | null;
  /** Any name may follow. */
  readonly open?: boolean;
}
/** What a new workflow may begin with. */
export interface Starter {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

const LIVE_MS = 4_000;
const path = (id: string) => `/workflows/${encodeURIComponent(id)}`;

export const workflows = queryOptions({
  queryKey: ["workflows"],
  queryFn: () => ask<{ workflows: WorkflowRow[]; templates: Starter[] }>("GET", "/workflows"),
  refetchInterval: LIVE_MS,
});

export const workflow = (id: string) =>
  queryOptions({ queryKey: ["workflow", id], queryFn: () => ask<Workflow>("GET", path(id)), refetchOnWindowFocus: false });

/** Asked again with each revision, and whenever a connection changes its state. */
export const checklist = (id: string, revision: number, states: string) =>
  queryOptions({
    queryKey: ["checklist", id, revision, states],
    queryFn: () => ask<{ ready: boolean; issues: Lack[] }>("GET", `${path(id)}/checklist`),
    placeholderData: (before: { ready: boolean; issues: Lack[] } | undefined) => before,
  });

export const stepKinds = queryOptions({
  queryKey: ["step-types"],
  queryFn: async () => (await ask<{ step_types: StepKind[] }>("GET", "/step-types")).step_types,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a text of this step may name. */
export const placeholders = (id: string, step: string, revision: number) =>
  queryOptions({
    queryKey: ["placeholders", id, step, revision],
    queryFn: async (): Promise<Placeholder[]> => {
      const { placeholders: named, open } = await ask<Record<"placeholders" | "open", Placeholder[]>>(
        "GET",
        `/placeholders${queryOf({ workflow: id, step })}`,
      );
      return [...named, ...open.map((each) => ({ ...each, open: true }))];
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: Placeholder[] | undefined) => before,
  });

export const createWorkflow = (from: { readonly definition: Draft } | { readonly template: string }) =>
  ask<Workflow>("POST", "/workflows", from);
export const saveWorkflow = (id: string, definition: Draft, revision: number) =>
  ask<{ revision: number; issues: Issue[] }>("PUT", path(id), { definition, revision });
export const deleteWorkflow = (id: string) => ask("DELETE", path(id));
export const duplicateWorkflow = (id: string) => ask<Workflow>("POST", `${path(id)}/duplicate`);
export const activateWorkflow = (id: string) => ask("POST", `${path(id)}/activate`);
export const deactivateWorkflow = (id: string) => ask("POST", `${path(id)}/deactivate`);
export const startRuns = (id: string, leads: readonly string[]) =>
  ask<{ runs: { id: string; lead: string | null; state: string }[] }>("POST", `${path(id)}/runs`, { leads });

export const refreshWorkflows = (): Promise<unknown> =>
  Promise.all(["workflows", "workflow", "checklist", "runs"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
