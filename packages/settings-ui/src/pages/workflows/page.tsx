/** The contractor's workflows: whether each is on, what starts it, how its runs go. */
import { Button, EmptyState, Modal, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconPlus, IconRoute } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { problemOf } from "../../api/client.ts";
import { createWorkflow, refreshWorkflows, type Starter, type WorkflowRow, workflows } from "../../api/workflows.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import type { Status } from "../../words.ts";
import { RUN_STATE, triggerWords, WORKFLOW_STATE } from "../../words-workflow.ts";
import look from "./workflows.module.css";

export default function Workflows() {
  const mayChange = useMayChange();
  const [begun, begin] = useDisclosure(false);
  const { data, error, refetch } = useQuery(workflows);
  const start = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={begin.open}>
      New workflow
    </Button>
  );
  return (
    <Page title="Workflows" lead="What happens by itself: texts, calls, emails, and your CRM kept up to date." actions={start}>
      {error && !data && <LoadFailed error={error} again={refetch} />}
      {!data && !error && (
        <Card>
          <LinesGhost lines={6} />
        </Card>
      )}
      {data?.workflows.length === 0 && (
        <Card>
          <EmptyState
            py={48}
            icon={<IconRoute stroke={1.5} />}
            title="No workflows yet"
            description="Build one from nothing, or begin with one that others use."
          />
        </Card>
      )}
      <ul className={look["list"]}>
        {data?.workflows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      <Begin opened={begun} onClose={begin.close} starters={data?.templates ?? []} />
    </Page>
  );
}

const TOLD = ["needs_attention", "paused", "running", "waiting"] as const;
const COUNT: Readonly<Record<(typeof TOLD)[number], (n: number) => string>> = {
  needs_attention: (n) => `${n} ${n === 1 ? "needs" : "need"} you`,
  paused: (n) => `${n} paused`,
  running: (n) => `${n} running`,
  waiting: (n) => `${n} waiting`,
};

function Row({ row: { id, name, state, trigger, health, runs, updated_at } }: { readonly row: WorkflowRow }) {
  const { label, tone } = WORKFLOW_STATE[state];
  return (
    <li className={look["row"]} data-workflow={id}>
      <div className={look["what"]}>
        <Link href={`/workflows/${id}`} className={look["name"] ?? ""}>
          {name}
        </Link>
        <Text size="sm" c="dimmed">
          {triggerWords(trigger)} · changed <Ago at={updated_at} />
        </Text>
      </div>
      <div className={look["runs"]}>
        {TOLD.filter((each) => runs[each] > 0).map((each) => (
          <Count key={each} to={`/runs?workflow=${id}&state=${each}`} tone={RUN_STATE[each].tone} words={COUNT[each](runs[each])} />
        ))}
        {runs.failed_24h > 0 && <Count to={`/runs?workflow=${id}&state=failed`} tone="error" words={`${runs.failed_24h} failed today`} />}
        {!health.ready && (
          <span className={look["missing"]}>
            <IconAlertTriangle size={15} aria-hidden="true" />
            {health.issues === 1 ? "1 thing missing" : `${health.issues} things missing`}
          </span>
        )}
      </div>
      <Tag tone={tone}>{label}</Tag>
    </li>
  );
}

const Count = ({ to, tone, words }: { readonly to: string; readonly tone: Status; readonly words: string }) => (
  <Link href={to} className={look["count"] ?? ""}>
    <Tag tone={tone}>{words}</Tag>
  </Link>
);

interface BeginProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly starters: readonly Starter[];
}

function Begin({ opened, onClose, starters }: BeginProps) {
  const [, go] = useLocation();
  const make = useMutation({
    mutationFn: createWorkflow,
    onSuccess: ({ id }) => go(`/workflows/${id}`),
    onSettled: refreshWorkflows,
  });
  const empty = { definition: { name: "New workflow", steps: [] } };
  return (
    <Modal opened={opened} onClose={onClose} title="New workflow" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <ul className={look["starters"]}>
        <li>
          <UnstyledButton className={look["starter"] ?? ""} disabled={make.isPending} onClick={() => make.mutate(empty)}>
            <b>From nothing</b>
            <span>An empty workflow: you add the steps.</span>
          </UnstyledButton>
        </li>
        {starters.map(({ id, name, description }) => (
          <li key={id}>
            <UnstyledButton className={look["starter"] ?? ""} disabled={make.isPending} onClick={() => make.mutate({ template: id })}>
              <b>{name}</b>
              <span>{description}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {make.error && <ProblemNote problem={problemOf(make.error)} />}
    </Modal>
  );
}
