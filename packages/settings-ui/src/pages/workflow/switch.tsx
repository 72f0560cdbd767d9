/** Switching a workflow on and off, and what keeps it from being switched on. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { problemOf, Refusal } from "../../api/client.ts";
import { activateWorkflow, deactivateWorkflow, refreshWorkflows, type WorkflowState } from "../../api/workflows.ts";

interface SwitchProps {
  readonly id: string;
  readonly state: WorkflowState;
  /** The draft is not what runs now. */
  readonly changed: boolean;
  readonly flush: () => Promise<boolean>;
  readonly onRefused: () => void;
  /** New runs get this revision now. */
  readonly onDone: (revision: number) => void;
}

export function SwitchOn({ id, state, changed, flush, onRefused, onDone }: SwitchProps) {
  const on = useMutation({
    mutationFn: async () => {
      if (!(await flush())) throw new Refusal(0, { kind: "NotSaved", message: "It is not saved yet: mend first what is marked." });
      return activateWorkflow(id);
    },
    onSuccess: ({ revision }) => {
      onDone(revision);
      notifications.show({
        title: "It is switched on",
        message:
          state === "active"
            ? "New runs take the workflow as it is now; those that go on keep theirs."
            : "From now on it starts by itself.",
        color: "green",
      });
    },
    onError: (error) => {
      const { issues, message } = problemOf(error);
      const n = issues?.length ?? 0;
      notifications.show({
        title: "Not yet",
        message: n > 0 ? `${n === 1 ? "One thing is" : `${n} things are`} missing. The checklist says what.` : message,
        color: "yellow",
      });
      onRefused();
    },
    onSettled: refreshWorkflows,
  });
  if (state === "active" && !changed) return null;
  return (
    <Button onClick={() => on.mutate()} loading={on.isPending}>
      {state === "active" ? "Switch on these changes" : "Switch on"}
    </Button>
  );
}

export function useSwitchOff(id: string) {
  return useMutation({
    mutationFn: () => deactivateWorkflow(id),
    onSuccess: () =>
      notifications.show({ message: "It is switched off. It starts nothing now; runs that go on are finished.", color: "gray" }),
    onError: (error) => notifications.show({ message: problemOf(error).message, color: "red" }),
    onSettled: refreshWorkflows,
  });
}
