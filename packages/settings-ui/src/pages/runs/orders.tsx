/** What an operator may do with a run. */
import { Button, type ButtonProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../api/client.ts";
import { queryClient } from "../../api/queries.ts";
import { isEnded, isWork, orderRun, type Run, type RunOrder, refreshRuns, run as runQuery } from "../../api/runs.ts";
import { useMayChange } from "../../shell/viewer.ts";

interface OrderButtonProps extends ButtonProps {
  readonly id: string;
  readonly order: RunOrder;
}

export function OrderButton({ id, order, children, ...look }: OrderButtonProps) {
  const send = useMutation({
    mutationFn: () => orderRun(id, order),
    onSuccess: (now) => queryClient.setQueryData(runQuery(id).queryKey, now),
    onError: (error) => notifications.show({ message: problemOf(error).message, color: "red" }),
    onSettled: refreshRuns,
  });
  return (
    <Button size="sm" {...look} loading={send.isPending} onClick={() => send.mutate()}>
      {children}
    </Button>
  );
}

export function Orders({ run }: { readonly run: Run }) {
  const { id, state, vendor } = run;
  const mayChange = useMayChange();
  if (!mayChange || isEnded(state)) return null;
  return (
    <>
      {state === "paused" ? (
        <OrderButton id={id} order={{ order: "resume" }} variant={vendor === null ? "filled" : "default"}>
          Resume
        </OrderButton>
      ) : (
        state !== "needs_attention" && (
          <OrderButton id={id} order={{ order: "pause" }} variant="default">
            Pause
          </OrderButton>
        )
      )}
      <OrderButton id={id} order={{ order: "cancel" }} variant="subtle" color="red">
        {isWork(run) ? "Cancel the work" : "Cancel the run"}
      </OrderButton>
    </>
  );
}
