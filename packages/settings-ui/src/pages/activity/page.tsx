/** The audit: who called which tool, which vendor served it, and what came of it. */
import { Button, NativeSelect } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type CallFilter, calls, callsCsv, catalog } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { useParameters } from "../../use-parameters.ts";
import { CALL_STATE, type CallState } from "../../words.ts";
import look from "./activity.module.css";
import { CallsTable } from "./calls-table.tsx";

const isState = (text: string | null): text is CallState => text !== null && text in CALL_STATE;

export default function Activity() {
  const [search, change] = useParameters();
  const state = search.get("state");
  const filter: CallFilter = {
    tool: search.get("tool") ?? undefined,
    vendor: search.get("vendor") ?? undefined,
    state: isState(state) ? state : undefined,
  };
  const { data: known } = useQuery(catalog);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(calls(filter));
  const put = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) =>
    change({ [name]: event.currentTarget.value });
  return (
    <Page
      title="Activity"
      lead="Every call, by whom, and what came of it."
      actions={
        <Button
          component="a"
          href={callsCsv(filter)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          Export CSV
        </Button>
      }
    >
      <search className={look["filters"]}>
        <NativeSelect
          label="Tool"
          value={filter.tool ?? ""}
          onChange={put("tool")}
          data={[{ value: "", label: "Every tool" }, ...(known?.tools ?? []).map(({ id, title }) => ({ value: id, label: title }))]}
        />
        <NativeSelect
          label="Integration"
          value={filter.vendor ?? ""}
          onChange={put("vendor")}
          data={[{ value: "", label: "Every integration" }, ...(known?.vendors ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <NativeSelect
          label="Outcome"
          value={filter.state ?? ""}
          onChange={put("state")}
          data={[{ value: "", label: "Every outcome" }, ...Object.entries(CALL_STATE).map(([value, { label }]) => ({ value, label }))]}
        />
      </search>
      <Card flush>
        {error && !data ? <LoadFailed error={error} again={refetch} /> : <CallsTable calls={data?.pages.flat()} />}
        {hasNextPage && (
          <div className={look["more"]}>
            <Button variant="default" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
              Show older calls
            </Button>
          </div>
        )}
      </Card>
    </Page>
  );
}
