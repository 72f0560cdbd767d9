/** One of the contractor's phone numbers, assistants, templates and so on: read when it is opened, page by page, searched at the source. */
import { Button, Group, Loader, Select, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlugConnected } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { use, useState } from "react";
import { problemOf } from "../../../api/client.ts";
import { type ResourceType, resources } from "../../../api/resources.ts";
import { BuilderContext, type Wanted } from "../builder.ts";
import look from "./fields.module.css";

interface ResourceFieldProps {
  readonly label: string;
  readonly type: ResourceType;
  readonly value: string;
  readonly onChange: (id: string | undefined) => void;
  /** Of which integration, where the type does not say it. */
  readonly vendor?: string | undefined;
  /** What to connect where there is nothing to choose from. */
  readonly from?: Wanted | undefined;
  readonly description?: React.ReactNode;
  readonly placeholder?: string | undefined;
  readonly error?: string | undefined;
  readonly required?: boolean | undefined;
  readonly hideLabel?: boolean | undefined;
}

export function ResourceField({
  label,
  type,
  value,
  onChange,
  vendor,
  from,
  description,
  placeholder,
  error,
  required = false,
  hideLabel = false,
}: ResourceFieldProps) {
  // A dialog outside of the builder is an owner's.
  const { mayChange, connect } = use(BuilderContext) ?? { mayChange: true, connect: undefined };
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed, 250);
  const looked = useInfiniteQuery({ ...resources(type, opened ? query : "", vendor), enabled: opened || value !== "" });
  const { data, isFetching, hasNextPage, fetchNextPage, isFetchingNextPage, error: failed } = looked;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const connected = data?.pages[0]?.connected ?? true;
  const known = items.some(({ id }) => id === value);
  const nothing = failed ? problemOf(failed).message : isFetching ? "Looking…" : typed === "" ? "There is none yet." : "None fits.";
  return (
    <div data-resource={type}>
      <Select
        label={hideLabel ? undefined : label}
        aria-label={hideLabel ? label : undefined}
        placeholder={placeholder ?? "Choose"}
        description={description}
        withAsterisk={required}
        error={error}
        readOnly={!mayChange}
        searchable
        clearable={!required}
        clearButtonProps={{ "aria-label": `Clear ${label}` }}
        value={value === "" ? null : value}
        data={[
          ...items.map(({ id, name, usable }) => ({ value: id, label: name, disabled: !usable })),
          ...(value === "" || known ? [] : [{ value, label: value }]),
        ]}
        filter={({ options }) => options} // the source searches
        onDropdownOpen={() => setOpened(true)}
        onDropdownClose={() => setTyped("")}
        onSearchChange={(text) => setTyped(items.some(({ name }) => name === text) || text === value ? "" : text)}
        onChange={(id) => onChange(id ?? undefined)}
        nothingFoundMessage={connected ? nothing : "Connect it first."}
        rightSection={isFetching && opened && !isFetchingNextPage ? <Loader size={14} /> : undefined}
        renderOption={({ option }) => {
          const detail = items.find(({ id }) => id === option.value)?.detail;
          return (
            <span className={look["choice"]}>
              <span>{option.label}</span>
              {detail && <small>{detail}</small>}
            </span>
          );
        }}
        maxDropdownHeight={280}
        scrollAreaProps={{
          onBottomReached: () => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          },
        }}
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
      {!connected && from && connect && mayChange && (
        <Group gap="xs" mt={6}>
          <Text size="xs" c="var(--warn-ink)">
            Nothing to choose from yet.
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlugConnected size={13} aria-hidden="true" />}
            onClick={() => connect(from)}
          >
            Connect
          </Button>
        </Group>
      )}
    </div>
  );
}
