/** Workflows, as the list and the builder read and change them. */
import { queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import type { Draft } from "../pages/workflow/draft.ts";
import { answer, api, type Problem, Refusal } from "./client.ts";
import { queryClient } from "./queries.ts";

type List = InferResponseType<typeof api.workflows.$get, 200>;
export type WorkflowRow = List["workflows"][number];
export type WorkflowState = WorkflowRow["state"];
/** What a new workflow may begin with. */
export type Starter = List["templates"][number];
type Whole = InferResponseType<(typeof api.workflows)[":id"]["$get"], 200>;
export type Workflow = Omit<Whole, "definition"> & { readonly definition: Draft };
/** What is wrong with a definition, and where: `steps.2.body`. */
export type Issue = NonNullable<Problem["issues"]>[number];
/** What keeps it from being activated, at which step, and what mends it. */
export type Lack = Whole["issues"][number];
export type Remedy = NonNullable<Lack["remedy"]>;
/** What kind of step there is, and what it needs. */
export type StepKind = InferResponseType<(typeof api)["step-types"]["$get"], 200>["step_types"][number];
/** `open`: any name may follow. */
export type Placeholder = InferResponseType<typeof api.placeholders.$get, 200>["placeholders"][number] & { readonly open?: boolean };
interface Checklist {
  readonly issues: readonly Lack[];
}

const LIVE_MS = 4_000;

/** What a definition is, is told by its schema; to the API's types it is JSON. */
const asWorkflow = (found: Whole): Workflow => ({ ...found, definition: found.definition as unknown as Draft });
const asJson = (draft: Draft) => draft as unknown as Record<string, never>;

export const workflows = queryOptions({
  queryKey: ["workflows"],
  queryFn: () => answer(api.workflows.$get()),
  refetchInterval: LIVE_MS,
});

export const workflow = (id: string) =>
  queryOptions({
    queryKey: ["workflow", id],
    queryFn: async () => asWorkflow(await answer(api.workflows[":id"].$get({ param: { id } }))),
    refetchOnWindowFocus: false,
  });

/** Asked again with each revision, and whenever a connection changes its state. */
export const checklist = (id: string, revision: number, states: string) =>
  queryOptions({
    queryKey: ["checklist", id, revision, states],
    queryFn: (): Promise<Checklist> => answer(api.workflows[":id"].checklist.$get({ param: { id } })),
    placeholderData: (before: Checklist | undefined) => before,
  });

export const stepKinds = queryOptions({
  queryKey: ["step-types"],
  queryFn: async () => (await answer(api["step-types"].$get())).step_types,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a text of this step may name; without a step, what the trigger's conditions may. */
export const placeholders = (id: string, step: string, revision: number) =>
  queryOptions({
    queryKey: ["placeholders", id, step, revision],
    queryFn: async (): Promise<Placeholder[]> => {
      const ask = (query: { workflow: string; step?: string }) => answer(api.placeholders.$get({ query }));
      const { placeholders: named, open } = await (step === ""
        ? ask({ workflow: id })
        : ask({ workflow: id, step }).catch((error: unknown) => {
            // The step is not saved yet: what the trigger may name, it may name too.
            if (error instanceof Refusal && error.status === 404) return ask({ workflow: id });
            throw error;
          }));
      return [...named, ...open.map((each) => ({ ...each, open: true }))];
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: Placeholder[] | undefined) => before,
  });

export const createWorkflow = (from: { readonly definition: Draft } | { readonly template: string }) =>
  answer(api.workflows.$post({ json: "template" in from ? from : { definition: asJson(from.definition) } }));
export const saveWorkflow = (id: string, definition: Draft, revision: number) =>
  answer(api.workflows[":id"].$put({ param: { id }, json: { definition: asJson(definition), revision } }));
export const deleteWorkflow = (id: string) => answer(api.workflows[":id"].$delete({ param: { id } }));
export const duplicateWorkflow = (id: string) => answer(api.workflows[":id"].duplicate.$post({ param: { id } }));
export const activateWorkflow = (id: string) => answer(api.workflows[":id"].activate.$post({ param: { id } }));
export const deactivateWorkflow = (id: string) => answer(api.workflows[":id"].deactivate.$post({ param: { id } }));
/** About a lead, or about nobody. */
export const startRun = (id: string, lead: string | null) =>
  answer(api.workflows[":id"].runs.$post({ param: { id }, json: lead === null ? {} : { leads: [lead] } }));

export const refreshWorkflows = (): Promise<unknown> =>
  Promise.all(["workflows", "checklist", "runs"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
