/** Leads fetched from a CRM: which ones, what of them is kept, how they would come in, and how far it is. */
import { ActionIcon, Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../../api/client.ts";
import { type CrmId, type FetchAsk, previewFetch, startFetch } from "../../../api/crm.ts";
import { queryClient } from "../../../api/queries.ts";
import { ProblemNote } from "../../../parts/problem.tsx";
import { ResourceField } from "../fields/resource-field.tsx";
import look from "./crm.module.css";
import { Fetches } from "./fetches.tsx";
import { PreviewTable } from "./preview-table.tsx";
import { useCrm } from "./which-crm.tsx";

type Mapping = Readonly<Record<string, string>>;
interface FetchFormProps {
  readonly vendor: CrmId;
  /** Field of one's own → the CRM's field. */
  readonly map: Mapping;
  readonly setMap: (map: Mapping) => void;
  /** Into which workflow; null: the leads only come in. */
  readonly workflow: { readonly id: string; readonly active: boolean } | null;
}
interface Where {
  readonly field: string;
  readonly equals: string;
}

export function FetchForm({ vendor, map, setMap, workflow }: FetchFormProps) {
  const { name, works } = useCrm(vendor);
  const [since, setSince] = useState("");
  const [where, setWhere] = useState<readonly Where[]>([]);
  const [start, setStart] = useState(workflow?.active ?? false);
  const wanted: FetchAsk = {
    map,
    ...(since !== "" && { updated_since: new Date(since).toISOString() }),
    where: where.filter(({ field }) => field !== ""),
  };
  const preview = useMutation({ mutationFn: () => previewFetch(vendor, wanted) });
  const go = useMutation({
    mutationFn: () => startFetch(vendor, { ...wanted, ...(start && workflow && { workflow: workflow.id }) }),
    onSuccess: () => preview.reset(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["fetches"] }),
  });
  const set = (index: number, one: Where) => setWhere(where.map((each, at) => (at === index ? one : each)));
  const failed = go.error ?? preview.error;
  return (
    <Stack gap="lg">
      <section>
        <h3 className={look["heading"]}>Which leads</h3>
        <TextInput
          type="date"
          label="Changed since"
          description="Left empty: all of them."
          inputWrapperOrder={["label", "input", "error", "description"]}
          value={since}
          onChange={({ currentTarget }) => setSince(currentTarget.value)}
        />
        {where.map((one, index) => (
          // A filter has no name but its place.
          <div key={index} className={look["triple"]}>
            <ResourceField
              label={`Filter ${index + 1}: field`}
              hideLabel
              type="crm_field"
              vendor={vendor}
              value={one.field}
              onChange={(field) => set(index, { ...one, field: field ?? "" })}
              placeholder="The CRM’s field"
            />
            <TextInput
              aria-label={`Filter ${index + 1}: value`}
              placeholder="is exactly"
              maxLength={500}
              value={one.equals}
              onChange={({ currentTarget }) => set(index, { ...one, equals: currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove filter ${index + 1}`}
              onClick={() => setWhere(where.filter((_, at) => at !== index))}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          </div>
        ))}
        {where.length < 4 && (
          <Button
            mt="sm"
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => setWhere([...where, { field: "", equals: "" }])}
          >
            Only those with a certain value
          </Button>
        )}
      </section>
      <section>
        <h3 className={look["heading"]}>What is kept of them</h3>
        <Text size="sm" c="dimmed">
          Name, phone numbers and emails come in by themselves. Other fields become fields of your own, which texts may name as{" "}
          {"{{lead.custom.…}}"}.
        </Text>
        <Mapped vendor={vendor} map={map} setMap={setMap} />
      </section>
      {failed && <ProblemNote problem={problemOf(failed)} vendor={name} />}
      {preview.data && <PreviewTable preview={preview.data} custom={Object.keys(map)} />}
      {workflow && (
        <Switch
          label="Start this workflow for each of them"
          description={workflow.active ? "Once for each person, even if they are fetched again." : "Switch the workflow on first."}
          checked={start}
          disabled={!workflow.active}
          onChange={({ currentTarget }) => setStart(currentTarget.checked)}
        />
      )}
      <Group>
        <Button variant="default" disabled={!works} loading={preview.isPending} onClick={() => preview.mutate()}>
          Preview
        </Button>
        <Button disabled={!works} loading={go.isPending} onClick={() => go.mutate()}>
          {(preview.data?.total ?? null) === null
            ? "Fetch"
            : `Fetch ${preview.data?.total} ${preview.data?.total === 1 ? "lead" : "leads"}`}
        </Button>
      </Group>
      <Fetches vendor={vendor} workflow={workflow?.id ?? null} />
    </Stack>
  );
}

function Mapped({ vendor, map, setMap }: Pick<FetchFormProps, "vendor" | "map" | "setMap">) {
  const [adding, setAdding] = useState(false);
  return (
    <>
      {Object.entries(map).map(([own, theirs]) => (
        <div key={own} className={look["triple"]} data-map={own}>
          <ResourceField
            label={`The CRM’s field for ${own}`}
            hideLabel
            type="crm_field"
            vendor={vendor}
            value={theirs}
            onChange={(field) => field !== undefined && setMap({ ...map, [own]: field })}
          />
          <TextInput
            aria-label={`Your own field for ${theirs}`}
            defaultValue={own}
            maxLength={100}
            onBlur={({ currentTarget: { value } }) => setMap(renamed(map, own, ownName(value)))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Leave out ${own}`}
            onClick={() => setMap(Object.fromEntries(Object.entries(map).filter(([each]) => each !== own)))}
          >
            <IconTrash size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {adding ? (
        <div style={{ marginTop: 10 }}>
          <ResourceField
            label="Which of the CRM’s fields"
            type="crm_field"
            vendor={vendor}
            value=""
            onChange={(field) => {
              setAdding(false);
              if (field !== undefined) setMap({ ...map, [ownName(field)]: field });
            }}
          />
        </div>
      ) : (
        <Button mt="sm" variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={() => setAdding(true)}>
          Keep another field
        </Button>
      )}
    </>
  );
}

/** A name that a placeholder can carry. */
const ownName = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .slice(0, 60) || "field";
const renamed = (map: Mapping, from: string, to: string): Mapping =>
  Object.fromEntries(Object.entries(map).map(([own, theirs]) => [own === from && !(to in map) ? to : own, theirs]));
