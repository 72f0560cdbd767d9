import { EVENT_NAMES } from "@junction/core";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { catalog } from "../../api/queries.ts";
import activity from "../activity/activity.module.css";
import { EVENT_STATE } from "./event-words.ts";
import { type Chosen, SPANS } from "./use-filter.ts";

/** Which events are listed. */
export function Filters({ filter, time, range, narrowed, put }: Chosen) {
  const { data: known } = useQuery(catalog);
  const vendors = known?.vendors.filter(({ webhook }) => webhook) ?? [];
  const types = Object.entries(EVENT_NAMES).filter(([type]) =>
    vendors.some(({ webhook }) => webhook?.events.some((each) => each === type)),
  );
  const on = (name: string) => (event: { readonly currentTarget: { readonly value: string } }) =>
    put({ [name]: event.currentTarget.value });
  return (
    <search className={activity["filters"]}>
      <NativeSelect
        label="Integration"
        value={filter.vendor ?? ""}
        onChange={on("vendor")}
        data={[{ value: "", label: "Every integration" }, ...vendors.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <NativeSelect
        label="Event"
        value={filter.type ?? ""}
        onChange={on("type")}
        data={[{ value: "", label: "Every event" }, ...types.map(([value, label]) => ({ value, label }))]}
      />
      <NativeSelect
        label="State"
        value={filter.state ?? ""}
        onChange={on("state")}
        data={[{ value: "", label: "Every state" }, ...Object.entries(EVENT_STATE).map(([value, { label }]) => ({ value, label }))]}
      />
      <NativeSelect
        label="Received"
        value={time}
        onChange={on("time")}
        data={[
          { value: "", label: "At any time" },
          ...Object.entries(SPANS).map(([value, { label }]) => ({ value, label })),
          { value: "range", label: "Between two times…" },
        ]}
      />
      {time === "range" && (
        <>
          <TextInput type="datetime-local" label="From" value={range.from} onChange={on("from")} />
          <TextInput type="datetime-local" label="To" value={range.to} onChange={on("to")} />
        </>
      )}
      {narrowed && (
        <Button variant="subtle" color="gray" onClick={() => put({ vendor: "", type: "", state: "", time: "", from: "", to: "" })}>
          Clear filters
        </Button>
      )}
    </search>
  );
}
