/** The steps that have begun, in the order in which they did, and those still to come. */
import { Anchor, Button, Collapse, Timeline } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "wouter";
import { isEnded, isWork, type Run, type RunStep } from "../../api/runs.ts";
import { Ago } from "../../parts/ago.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { duration, exact } from "../../time.ts";
import { STEP_STATE } from "../../words-workflow.ts";
import { isStepType, KIND, kindTitle } from "../workflow/kinds.tsx";
import { OrderButton } from "./orders.tsx";
import look from "./runs.module.css";

export function RunSteps({ run }: { readonly run: Run }) {
  const { steps, state, definition } = run;
  const begun = new Set(steps.map(({ step }) => step));
  // Inside a branch nobody knows yet which way it goes.
  const ahead = isEnded(state) ? [] : (definition?.steps ?? []).filter(({ id }) => !begun.has(id));
  return (
    <Timeline bulletSize={30} lineWidth={2} active={-1} role="list">
      {steps.map((step) => (
        <Begun key={step.step} run={run} step={step} />
      ))}
      {ahead.map((step) => (
        <Timeline.Item key={step.id} bullet={<Bullet type={step.type} />} role="listitem" lineVariant="dashed" data-ahead={step.id}>
          <span className={look["ahead"]}>{step.title ?? kindTitle(step.type)}</span>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Bullet({ type }: { readonly type: string | null }) {
  if (!isStepType(type)) return null;
  const { icon: Icon } = KIND[type];
  return <Icon size={16} stroke={1.8} aria-hidden="true" />;
}

function Begun({ run, step }: { readonly run: Run; readonly step: RunStep }) {
  const { id, state: of, step: here } = run;
  const { state, type, title, attempts, started_at, ended_at, reason, wakes_at, call, output } = step;
  const mayChange = useMayChange();
  const [shown, show] = useDisclosure(false);
  const { label, tone } = STEP_STATE[state];
  const stuck = here === step.step && of === "paused";
  const said = Object.entries(output ?? {}).filter(([, value]) => value !== null && value !== "");
  return (
    <Timeline.Item
      role="listitem"
      data-step={step.step}
      data-state={state}
      bullet={<Bullet type={type} />}
      title={
        <span className={look["title"]}>
          {title === null || title === type ? kindTitle(type) : title}
          <Tag tone={stuck ? "warning" : tone}>{stuck ? "Paused" : label}</Tag>
        </span>
      }
    >
      <div className={look["facts"]}>
        <Ago at={started_at} />
        {ended_at !== null && <span>took {duration(ended_at - started_at)}</span>}
        {attempts > 1 && <span>{attempts} tries</span>}
        {wakes_at !== null && ended_at === null && <span>goes on {exact(wakes_at)}</span>}
        {call !== null && (
          <Anchor component={Link} href="/activity" size="xs" title={call}>
            Call …{call.slice(-6)}
          </Anchor>
        )}
      </div>
      {reason && <p className={look["reason"]}>{reason}</p>}
      {said.length > 0 && (
        <>
          <Button variant="subtle" color="gray" size="compact-xs" ml={-8} aria-expanded={shown} onClick={show.toggle}>
            {shown ? "Hide what came of it" : "What came of it"}
          </Button>
          <Collapse expanded={shown}>
            <dl className={look["output"]}>
              {said.map(([name, value]) => (
                <div key={name}>
                  <dt>{name.replaceAll("_", " ")}</dt>
                  <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          </Collapse>
        </>
      )}
      {mayChange && (
        <div className={look["orders"]}>
          {(state === "failed" || (stuck && of === "paused")) && of !== "cancelled" && of !== "completed" && (
            <OrderButton id={id} order={{ order: "retry", step: step.step }} size="compact-xs" variant="default">
              Try again from here
            </OrderButton>
          )}
          {!isWork(run) && !isEnded(of) && here === step.step && ["started", "waiting", "unknown", "failed"].includes(state) && (
            <OrderButton id={id} order={{ order: "skip", step: step.step }} size="compact-xs" variant="default">
              Skip this step
            </OrderButton>
          )}
        </div>
      )}
    </Timeline.Item>
  );
}
