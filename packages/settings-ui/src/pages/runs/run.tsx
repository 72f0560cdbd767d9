/** One run: each step with its tries, waits and pauses, as it goes; and what an operator may do. */
import { Alert, Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Refusal } from "../../api/client.ts";
import { catalog } from "../../api/queries.ts";
import { isEnded, isWork, type Run, run } from "../../api/runs.ts";
import { Ago } from "../../parts/ago.tsx";
import { Back } from "../../parts/back.tsx";
import { Card } from "../../parts/card.tsx";
import { PageGhost } from "../../parts/ghost.tsx";
import { Given } from "../../parts/given.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { exact } from "../../time.ts";
import { RUN_STATE } from "../../words-workflow.ts";
import NotFound from "../not-found.tsx";
import { OrderButton, Orders } from "./orders.tsx";
import { RunSteps } from "./run-steps.tsx";
import look from "./runs.module.css";

export default function RunPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(run(id));
  if (error instanceof Refusal && error.status === 404) return <NotFound />;
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!data) return <PageGhost />;
  const { label, tone } = RUN_STATE[data.state];
  const { name, lead, workflow, started_at, updated_at } = data;
  return (
    <Page
      title={name}
      beside={<Tag tone={tone}>{label}</Tag>}
      above={<Back href={`/runs?workflow=${workflow}`}>{isWork(data) ? "All background work" : "All runs of it"}</Back>}
      lead={
        <>
          {lead && (
            <>
              About{" "}
              <Anchor component={Link} href={`/leads/${lead.id}`} inherit underline="always">
                {lead.name ?? "someone"}
              </Anchor>
              {" · "}
            </>
          )}
          Started <Ago at={started_at} />
          {isEnded(data.state) && (
            <>
              {" · "}ended <Ago at={updated_at} />
            </>
          )}
          {!isWork(data) && (
            <>
              {" · "}
              <Anchor component={Link} href={`/workflows/${workflow}`} inherit underline="always">
                version {data.version}
              </Anchor>
            </>
          )}
        </>
      }
      actions={<Orders run={data} />}
    >
      <div className={look["stack"]} data-run-state={data.state}>
        <Standing run={data} />
        {data.asked && (
          <Card title="What was asked for">
            <Given input={data.asked} />
          </Card>
        )}
        <Card title="Steps">
          <RunSteps run={data} />
        </Card>
      </div>
    </Page>
  );
}

/** Why it is not going on, since when, and what will wake it. */
function Standing({ run: { id, state, reason, vendor, step, wakes_at, updated_at, steps } }: { readonly run: Run }) {
  const { data: known } = useQuery(catalog);
  const mayChange = useMayChange();
  const name = known?.vendors.find((one) => one.id === vendor)?.name ?? vendor;
  const at = steps.find((one) => one.step === step);
  if (state === "paused")
    return (
      <Alert color="yellow" role="status" title={name === null ? "It is paused" : `It waits for ${name}`} data-standing="paused">
        <Text size="sm">{reason}</Text>
        <Text size="sm" mt={4}>
          Since {exact(updated_at)}.{" "}
          {name === null ? "It goes on when someone resumes it." : `It goes on by itself, from this step, as soon as ${name} works again.`}
          {wakes_at !== null && ` It ends on ${exact(wakes_at)} if nobody does anything.`}
        </Text>
        {vendor !== null && (
          <Anchor
            component={Link}
            href={`/integrations/${vendor}`}
            size="sm"
            mt={8}
            display="inline-block"
            c="var(--warn-ink)"
            underline="always"
          >
            Mend {name}
          </Anchor>
        )}
      </Alert>
    );
  if (state === "needs_attention" && step !== null)
    return (
      <Alert color="red" role="status" title="It needs you: did this happen?" data-standing="needs_attention">
        <Text size="sm">
          {reason ?? at?.reason ?? "The answer was lost. Look there, then say here whether it happened"}. Until then it is not repeated.
        </Text>
        {mayChange && (
          <div className={look["buttons"]}>
            <OrderButton id={id} order={{ order: "decided", step, happened: true }}>
              It happened
            </OrderButton>
            <OrderButton id={id} order={{ order: "decided", step, happened: false }} variant="default">
              It did not: do it again
            </OrderButton>
          </div>
        )}
      </Alert>
    );
  if (state === "waiting" && step !== null && at?.type === "approval")
    return (
      <Alert color="blue" role="status" title="It asks you" data-standing="approval">
        <Text size="sm" style={{ whiteSpace: "pre-line" }}>
          {reason ?? at.reason}
        </Text>
        {mayChange && (
          <div className={look["buttons"]}>
            <OrderButton id={id} order={{ order: "approve", step, approved: true }}>
              Yes, go on
            </OrderButton>
            <OrderButton id={id} order={{ order: "approve", step, approved: false }} variant="default">
              No
            </OrderButton>
          </div>
        )}
      </Alert>
    );
  if (state === "cancelled" && reason !== null)
    return (
      <Alert color="gray" role="status" title="It was cancelled" data-standing="cancelled">
        <Text size="sm">{reason}</Text>
      </Alert>
    );
  if (state === "failed")
    return (
      <Alert color="red" role="status" title="It failed" data-standing="failed">
        <Text size="sm">{reason}</Text>
      </Alert>
    );
  return null;
}
