/** One of the leads, found by part of a name, a phone number or an email. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { calledBy, leads } from "../../api/leads.ts";

interface LeadPickerProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Not offered. */
  readonly except?: string | undefined;
}

export function LeadPicker({ label, description, value, onChange, except }: LeadPickerProps) {
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed.trim(), 250);
  const { data, isFetching } = useInfiniteQuery({ ...leads(query), refetchInterval: false });
  const found = (data?.pages.flatMap((page) => page.leads) ?? []).filter(({ id }) => id !== except);
  return (
    <Select
      label={label}
      description={description}
      placeholder="Name, phone or email"
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label}` }}
      value={value}
      data={found.map((lead) => ({ value: lead.id, label: calledBy(lead) }))}
      filter={({ options }) => options} // the server searches
      renderOption={({ option }) => {
        const lead = found.find(({ id }) => id === option.value);
        const reach = lead ? [...lead.phones, ...lead.emails].filter((each) => each !== option.label) : [];
        return (
          <span style={{ display: "grid" }}>
            {option.label}
            {reach.length > 0 && <small style={{ color: "var(--ink-quiet)" }}>{reach.join(" · ")}</small>}
          </span>
        );
      }}
      onSearchChange={(text) => setTyped(found.some((lead) => calledBy(lead) === text) ? "" : text)}
      onChange={onChange}
      nothingFoundMessage={isFetching ? "Looking…" : "Nobody fits."}
      maxDropdownHeight={280}
    />
  );
}
