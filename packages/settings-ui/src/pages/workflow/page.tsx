/** One workflow: built from its steps, told what is missing, switched on, run. */
import { ActionIcon, Alert, Anchor, Button, Group, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue, useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { replaceEqualDeep, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../api/client.ts";
import { connections } from "../../api/queries.ts";
import { checklist, type Lack, stepKinds, type Workflow, workflow, workflows } from "../../api/workflows.ts";
import { Back } from "../../parts/back.tsx";
import { LinesGhost, PageGhost } from "../../parts/ghost.tsx";
import { GrantNote } from "../../parts/grant-note.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { useParameters } from "../../use-parameters.ts";
import { WORKFLOW_STATE } from "../../words-workflow.ts";
import NotFound from "../not-found.tsx";
import look from "./builder.module.css";
import { type Builder, BuilderContext, issueAt, RevisionContext, type Troubles, TroublesContext, type Wanted } from "./builder.ts";
import { Manage } from "./manage.tsx";
import { SaveState } from "./save-state.tsx";
import { SwitchOn } from "./switch.tsx";
import { Todo } from "./todo.tsx";
import { TRIGGER, TriggerCard } from "./trigger-card.tsx";
import { useDraft } from "./use-draft.ts";

const ConnectHere = lazy(async () => ({ default: (await import("./connect-here.tsx")).ConnectHere }));
const Steps = lazy(() => import("./steps.tsx"));
const RunNow = lazy(() => import("./run-now.tsx"));
const Settings = lazy(() => import("./settings.tsx"));
const CrmDialog = lazy(() => import("./crm/dialog.tsx"));
/** The checklist asks integrations what they have: not at every pause in typing. */
const CALM_MS = 1_200;

export default function WorkflowPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(workflow(id));
  const { data: kinds } = useQuery(stepKinds);
  if (error instanceof Refusal && error.status === 404) return <NotFound />;
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!data || !kinds) return <PageGhost />;
  return <Built loaded={data} kinds={kinds} />;
}

function Built({ loaded, kinds }: { readonly loaded: Workflow; readonly kinds: Builder["kinds"] }) {
  const { id } = loaded;
  const hold = useDraft(loaded);
  const mayChange = useMayChange();
  const [search, change] = useParameters();
  const [wanted, connect] = useState<Wanted | null>(null);
  const [running, run] = useDisclosure(false);
  const [crm, setCrm] = useState(search.has("crm"));
  const todo = useRef<HTMLDivElement>(null);
  const { data: all } = useQuery(workflows);
  const row = all?.workflows.find((each) => each.id === id) ?? loaded;
  const open = search.get("step");
  const { draft, edit, latest, undo, redo, revision } = hold;
  const troubles = useUnchanged<Troubles>({ issues: hold.issues, lacks: useLacks(id, revision, hold.lacks) });
  const { issues } = troubles;
  const [applied, setApplied] = useState(loaded.changed ? null : loaded.revision);

  useHotkeys(
    [
      ["mod+Z", () => undo?.()],
      ["mod+shift+Z", () => redo?.()],
      ["mod+Y", () => redo?.()],
    ],
    ["INPUT", "TEXTAREA", "SELECT"], // a field undoes its own typing
  );
  const builder: Builder = useMemo(
    () => ({
      ...{ id, mayChange, kinds, edit, latest, connect },
      setOpen: (step) => change({ step: step ?? "" }),
      showCrm: () => setCrm(true),
    }),
    [id, mayChange, kinds, edit, latest, change],
  );
  const { label, tone } = WORKFLOW_STATE[row.state];
  const live = row.runs.running + row.runs.waiting + row.runs.paused + row.runs.needs_attention;
  return (
    <BuilderContext value={builder}>
      <TroublesContext value={troubles}>
        <RevisionContext value={revision}>
          <Page
            title={draft.name === "" ? "Workflow" : draft.name}
            above={<Back href="/workflows">All workflows</Back>}
            beside={<Tag tone={tone}>{label}</Tag>}
            lead={
              <Anchor component={Link} href={`/runs?workflow=${id}`} size="sm">
                {live === 0 ? "Its runs" : `${live} ${live === 1 ? "run goes" : "runs go"} on`}
              </Anchor>
            }
            actions={mayChange && <Manage id={id} name={draft.name} state={row.state} />}
          >
            <GrantNote />
            <div className={look["bar"]}>
              {mayChange && (
                <>
                  <Tooltip label="Undo">
                    <ActionIcon variant="default" size={36} aria-label="Undo" disabled={!undo} onClick={undo}>
                      <IconArrowBackUp size={18} aria-hidden="true" />
                    </ActionIcon>
                  </Tooltip>
                  <Tooltip label="Redo">
                    <ActionIcon variant="default" size={36} aria-label="Redo" disabled={!redo} onClick={redo}>
                      <IconArrowForwardUp size={18} aria-hidden="true" />
                    </ActionIcon>
                  </Tooltip>
                  <SaveState saving={hold.saving} issues={issues} />
                </>
              )}
              <span className={look["spread"]} />
              {mayChange && (
                <Group gap={8}>
                  <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden="true" />} onClick={() => setCrm(true)}>
                    CRM
                  </Button>
                  {row.state === "active" && (
                    <Button variant="default" leftSection={<IconPlayerPlay size={16} aria-hidden="true" />} onClick={run.open}>
                      Run now
                    </Button>
                  )}
                  <SwitchOn
                    id={id}
                    state={row.state}
                    changed={revision !== applied || hold.saving.is !== "saved"}
                    flush={hold.flush}
                    onDone={setApplied}
                    onRefused={() => todo.current?.scrollIntoView({ block: "nearest" })}
                  />
                </Group>
              )}
            </div>
            {hold.saving.is === "conflict" && (
              <Alert color="yellow" role="alert" mb="lg" title="Someone else changed this workflow meanwhile">
                What you see here is not saved.
                <Group mt="sm" gap="xs">
                  <Button size="xs" variant="default" onClick={() => void hold.takeTheirs()}>
                    Show their version
                  </Button>
                  <Button size="xs" color="red" variant="light" onClick={() => void hold.keepMine()}>
                    Keep mine, and drop theirs
                  </Button>
                </Group>
              </Alert>
            )}
            <div className={look["columns"]}>
              <div>
                <TextInput
                  label="Name"
                  mb="md"
                  maxLength={120}
                  value={draft.name}
                  readOnly={!mayChange}
                  error={issueAt(issues, "name")}
                  onChange={({ currentTarget: { value } }) => edit((now) => ({ ...now, name: value }), "name")}
                />
                <TriggerCard trigger={draft.trigger} opened={open === TRIGGER} />
                <Suspense fallback={<LinesGhost lines={8} />}>
                  <Steps draft={draft} open={open} />
                </Suspense>
              </div>
              <div className={look["aside"]}>
                <div ref={todo}>
                  <Todo draft={draft} active={row.state === "active"} />
                </div>
                <Suspense fallback={<LinesGhost lines={4} />}>
                  <Settings description={draft.description} concurrency={draft.concurrency} expires_after={draft.expires_after} />
                </Suspense>
              </div>
            </div>
            <Suspense fallback={null}>
              {wanted && (
                <ConnectHere
                  wanted={wanted}
                  from={`/workflows/${id}${open === null ? "" : `?step=${open}`}`}
                  onClose={() => connect(null)}
                />
              )}
            </Suspense>
            <Suspense fallback={null}>
              {running && <RunNow workflow={{ id, name: draft.name }} opened={running} onClose={run.close} />}
            </Suspense>
            {crm && (
              <Suspense fallback={null}>
                <CrmDialog draft={draft} active={row.state === "active"} onClose={() => setCrm(false)} />
              </Suspense>
            )}
          </Page>
        </RevisionContext>
      </TroublesContext>
    </BuilderContext>
  );
}

/** The very one of before, as long as it says the same: what a save tells anew is mostly what it told before. */
function useUnchanged<T>(value: T): T {
  const before = useRef(value);
  before.current = replaceEqualDeep(before.current, value);
  return before.current;
}

/** What is missing, asked anew when the draft was saved or an integration changed its state; until it is told, what the save said. */
function useLacks(id: string, revision: number, saved: readonly Lack[]): readonly Lack[] {
  const { data: states } = useQuery(connections);
  const signature = (states ?? [])
    .map(({ vendor, status }) => `${vendor}:${status === "connected" || status === "warning" ? "on" : status}`)
    .join();
  const [calm] = useDebouncedValue(revision, CALM_MS);
  const { data, isPlaceholderData } = useQuery({ ...checklist(id, calm, signature), enabled: states !== undefined });
  return data && !isPlaceholderData && calm === revision ? data.issues : saved;
}
