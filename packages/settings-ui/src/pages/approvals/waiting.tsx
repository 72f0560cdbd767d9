import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type Approval, approvals, queryClient } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { Given } from "../../parts/given.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { Actor } from "../activity/actor.tsx";

/** A call that waits: everything the agent gave, and yes or no. */
export function Waiting({ approval: { id, tool, title, actor, input, asked_at } }: { readonly approval: Approval }) {
  const mayChange = useMayChange();
  const decide = useMutation({
    mutationFn: (approve: boolean) => answer(api.approvals[":id"].$post({ param: { id }, json: { approve } })),
    onSuccess: ({ state, outcome }) =>
      notifications.show(
        state === "rejected"
          ? { message: "Rejected. Nothing was done.", color: "gray" }
          : {
              title: outcome?.ok ? "Approved, and done" : "Approved, but it did not succeed",
              message: outcome?.message,
              color: outcome?.ok ? "green" : "yellow",
            },
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: approvals.queryKey }),
  });
  return (
    <Card
      title={title}
      tone="warning"
      lead={
        <>
          Asked by <Actor actor={actor} /> <Ago at={asked_at} /> · <code>{tool}</code>
        </>
      }
    >
      <Given input={input} />
      {decide.error && <ProblemNote problem={problemOf(decide.error)} />}
      {mayChange && (
        <Group mt="lg">
          <Button onClick={() => decide.mutate(true)} loading={decide.isPending}>
            Approve and do it
          </Button>
          <Button variant="default" onClick={() => decide.mutate(false)} disabled={decide.isPending}>
            Reject
          </Button>
        </Group>
      )}
    </Card>
  );
}
