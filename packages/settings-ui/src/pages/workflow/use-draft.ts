/** The draft on the screen: changed at once, undone, and saved by itself a moment after. */
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { type Problem, problemOf, Refusal } from "../../api/client.ts";
import { queryClient } from "../../api/queries.ts";
import { type Issue, type Lack, saveWorkflow, type Workflow, workflow } from "../../api/workflows.ts";
import { type Draft, whole } from "./draft.ts";
import { begin, step } from "./history.ts";

const PAUSE_MS = 700;

export type Saving =
  | { readonly is: "saved" | "changed" | "saving" }
  /** Someone else saved it meanwhile. */
  | { readonly is: "conflict" }
  | { readonly is: "refused"; readonly problem: Problem };

export interface DraftHold {
  readonly draft: Draft;
  readonly revision: number;
  /** Why it is no draft, where it was refused. */
  readonly issues: readonly Issue[];
  /** What it lacks, as far as the last save could tell. */
  readonly lacks: readonly Lack[];
  readonly saving: Saving;
  /** `field` names what is typed in, so that a word is one change and not five. */
  readonly edit: (change: (draft: Draft) => Draft, field?: string) => void;
  readonly latest: () => Draft;
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
  /** Saves what is not saved yet; true if all is. */
  readonly flush: () => Promise<boolean>;
  /** After a conflict: the other's, or this one over it. */
  readonly takeTheirs: () => Promise<void>;
  readonly keepMine: () => Promise<void>;
}

interface Saved {
  readonly revision: number;
  readonly issues: readonly Issue[];
  readonly lacks: readonly Lack[];
}

export function useDraft(loaded: Workflow): DraftHold {
  const { id } = loaded;
  const [first] = useState(() => whole(loaded.definition));
  const [history, dispatch] = useReducer(step, first, begin);
  const [saved, setSaved] = useState<Saved>({ revision: loaded.revision, lacks: loaded.issues, issues: [] });
  const [saving, setSaving] = useState<Saving>({ is: "saved" });
  const now = useRef(history.now);
  const stored = useRef({ draft: first, revision: loaded.revision });
  const going = useRef<Promise<boolean> | null>(null);
  now.current = history.now;

  const save = useCallback(async (): Promise<boolean> => {
    while (stored.current.draft !== now.current) {
      const draft = now.current;
      setSaving({ is: "saving" });
      try {
        const { revision, issues } = await saveWorkflow(id, draft, stored.current.revision);
        stored.current = { draft, revision };
        setSaved({ revision, lacks: issues, issues: [] });
      } catch (error) {
        if (error instanceof Refusal && error.status === 409) setSaving({ is: "conflict" });
        else setSaving({ is: "refused", problem: problemOf(error) });
        if (error instanceof Refusal && error.status === 422) setSaved((before) => ({ ...before, issues: error.problem.issues ?? [] }));
        return false;
      }
    }
    setSaving({ is: "saved" });
    void queryClient.invalidateQueries({ queryKey: ["workflows"] });
    return true;
  }, [id]);
  const flush = useCallback((): Promise<boolean> => {
    going.current ??= save().finally(() => {
      going.current = null;
    });
    return going.current;
  }, [save]);

  const stuck = saving.is === "conflict";
  useEffect(() => {
    if (history.now === stored.current.draft || stuck) return;
    setSaving((before) => (before.is === "saving" || before.is === "changed" ? before : { is: "changed" }));
    // A step that is put somewhere is saved at once: what its texts may name depends on where it stands.
    const timer = setTimeout(() => void flush(), history.last === null ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [history, flush, stuck]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (stored.current.draft !== now.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      if (stored.current.draft !== now.current) void flush(); // leaving for another page of ours
      void queryClient.removeQueries({ queryKey: workflow(id).queryKey, exact: true });
    };
  }, [flush, id]);

  const theirs = () => queryClient.fetchQuery({ ...workflow(id), staleTime: 0 });
  return {
    draft: history.now,
    ...saved,
    saving,
    edit: useCallback((change, field) => {
      const draft = change(now.current);
      now.current = draft; // two changes in one go build on one another
      dispatch({ do: "edit", draft, field, at: Date.now() });
    }, []),
    latest: useCallback(() => now.current, []),
    undo: history.past.length > 0 ? () => dispatch({ do: "undo" }) : undefined,
    redo: history.future.length > 0 ? () => dispatch({ do: "redo" }) : undefined,
    flush,
    takeTheirs: async () => {
      const { definition, revision, issues } = await theirs();
      const draft = whole(definition);
      stored.current = { draft, revision };
      dispatch({ do: "load", draft });
      setSaved({ revision, lacks: issues, issues: [] });
      setSaving({ is: "saved" });
    },
    keepMine: async () => {
      const { definition, revision } = await theirs();
      stored.current = { draft: definition, revision };
      setSaving({ is: "changed" });
      await flush();
    },
  };
}
