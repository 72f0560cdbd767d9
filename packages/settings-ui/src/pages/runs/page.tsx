/** Runs of workflows, or work in the background: those started last first. */
import { WORK } from "@junction/core";
import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { catalog } from "../../api/queries.ts";
import { isWork, type RunState, runs } from "../../api/runs.ts";
import { workflows } from "../../api/workflows.ts";
import { Card } from "../../parts/card.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { useParameters } from "../../use-parameters.ts";
import { RUN_STATE } from "../../words-workflow.ts";
import activity from "../activity/activity.module.css";
import { Kind } from "./kind.tsx";
import { RunsTable } from "./runs-table.tsx";

const isRunState = (text: string | null): text is RunState => text !== null && Object.hasOwn(RUN_STATE, text);

export default function Runs() {
  const [search, change] = useParameters();
  const state = search.get("state");
  const filter = {
    workflow: search.get("workflow") ?? undefined,
    vendor: search.get("vendor") ?? undefined,
    state: isRunState(state) ? state : undefined,
  };
  const { data: all } = useQuery(workflows);
  const { data: known } = useQuery(catalog);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage, isPlaceholderData } = useInfiniteQuery(runs(filter));
  const work = filter.workflow === WORK;
  const found = data?.pages.flatMap((page) => page.runs);
  // While the one kind is on its way, the other still stands here.
  const shown = isPlaceholderData && !found?.some((run) => isWork(run) === work) ? undefined : found;
  const put = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) =>
    change({ [name]: event.currentTarget.value });
  return (
    <Page
      title="Runs"
      lead={
        work
          ? "What agents have begun that takes minutes, such as publishing a video: where it is, and why it is not going on if it is not."
          : "Each time a workflow was started: where it is, and why it is not going on if it is not."
      }
    >
      <Kind work={work} onChange={(workflow) => change({ workflow })} />
      <search className={activity["filters"]}>
        {!work && (
          <NativeSelect
            label="Workflow"
            value={filter.workflow ?? ""}
            onChange={put("workflow")}
            data={[{ value: "", label: "Every workflow" }, ...(all?.workflows ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
          />
        )}
        <NativeSelect
          label="State"
          value={filter.state ?? ""}
          onChange={put("state")}
          data={[{ value: "", label: "Every state" }, ...Object.entries(RUN_STATE).map(([value, { label }]) => ({ value, label }))]}
        />
        <NativeSelect
          label="Paused on"
          value={filter.vendor ?? ""}
          onChange={put("vendor")}
          data={[{ value: "", label: "Any integration" }, ...(known?.vendors ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </search>
      <Card flush>
        {error && !data ? (
          <LoadFailed error={error} again={refetch} />
        ) : (
          <RunsTable runs={shown} work={work} withLead={!work || (shown ?? []).some(({ lead }) => lead !== null)} />
        )}
        {hasNextPage && (
          <div className={activity["more"]}>
            <Button variant="default" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
              {work ? "Show older work" : "Show older runs"}
            </Button>
          </div>
        )}
      </Card>
    </Page>
  );
}
