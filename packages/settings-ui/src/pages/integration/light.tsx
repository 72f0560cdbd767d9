import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type Detail, refreshStates, type Vendor } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { CallId } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { adviceOf, SOURCE, STATUS } from "../../words.ts";
import look from "./integration.module.css";

/** How the connection is, why, and what proved it. */
export function Light({ vendor, detail }: { readonly vendor: Vendor; readonly detail: Detail }) {
  const mayChange = useMayChange();
  const { because, status, stale, account, next_test_at } = detail;
  const test = useMutation({
    mutationFn: () => answer(api.connections[":vendor"].test.$post({ param: { vendor: vendor.id } })),
    onSuccess: ({ status: now }) =>
      notifications.show({
        message: now === "connected" ? `${vendor.name} works.` : `${vendor.name} was tested: ${STATUS[now].toLowerCase()}.`,
        color: now === "connected" ? "green" : "yellow",
      }),
    onSettled: refreshStates,
  });
  return (
    <Card
      title={status === "error" ? "It needs to be reconnected" : account ? `Connected as ${account.name}` : "Status"}
      tone={status === "error" || status === "warning" ? status : undefined}
      actions={
        mayChange && (
          <Button variant="default" onClick={() => test.mutate()} loading={test.isPending}>
            Test now
          </Button>
        )
      }
    >
      <p className={look["reason"]} aria-live="polite">
        {because?.reason ?? "It has not been used yet."} {because && !stale && adviceOf(because.kind)}
        {because?.missing && because.missing.length > 0 && (
          <> Lacking: {because.missing.map((scope) => vendor.scopes[scope] ?? scope).join("; ")}.</>
        )}
      </p>
      {because && (
        <div className={look["evidence"]}>
          <span>
            Seen <Ago at={because.at} /> in {SOURCE[because.source] ?? because.source}
          </span>
          <CallId id={because.call} />
          {next_test_at !== null && (
            <span>
              Next test <Ago at={next_test_at} />
            </span>
          )}
        </div>
      )}
      {test.error && <ProblemNote problem={problemOf(test.error)} vendor={vendor.name} />}
    </Card>
  );
}
