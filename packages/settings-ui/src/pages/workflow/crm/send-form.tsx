/** What is sent to the CRM: which placeholder goes into which field, and what that would change on one lead. */
import { Button, Group, NativeSelect, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../../api/client.ts";
import { type CrmId, type Diff, dryRun } from "../../../api/crm.ts";
import { ProblemNote } from "../../../parts/problem.tsx";
import { LeadPicker } from "../../leads/lead-picker.tsx";
import { mappedOf, textOf, useBuilder } from "../builder.ts";
import { type DraftStep, insert, newStep, type Placed, patch, placed } from "../draft.ts";
import { MappingFields } from "../forms/mapping-fields.tsx";
import { stepTitle } from "../kinds.tsx";
import look from "./crm.module.css";
import { useCrm } from "./which-crm.tsx";

export function SendForm({ vendor, steps }: { readonly vendor: CrmId; readonly steps: readonly DraftStep[] }) {
  const { edit } = useBuilder();
  const { name } = useCrm(vendor);
  const syncs = [...placed(steps)].filter(({ step }) => step.type === "crm_sync" && textOf(step, "crm") === vendor);
  const [chosen, choose] = useState<string>();
  const one = syncs.find(({ step }) => step.id === chosen) ?? syncs[0];
  if (!one)
    return (
      <Stack align="flex-start" gap="md">
        <Text size="sm">No step of this workflow sends to {name} yet.</Text>
        <Button
          onClick={() =>
            edit((now) => insert(now, { list: "steps", index: now.steps.length }, { ...newStep("crm_sync", now), crm: vendor }))
          }
        >
          Add a step that does, at the end
        </Button>
      </Stack>
    );
  return (
    <Stack gap="lg">
      {syncs.length > 1 && (
        <NativeSelect
          label="Which step"
          value={one.step.id}
          data={syncs.map(({ step }) => ({ value: step.id, label: stepTitle(step) }))}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
      )}
      <Text size="sm" c="dimmed">
        Name, phone and email go in by themselves. The record is found by its id there, then by phone, then by email; only if there is none
        is one made.
      </Text>
      <MappingFields
        step={one.step}
        at={one.at}
        put={(changes, field) =>
          edit((now) => patch(now, one.step.id, changes), field === undefined ? undefined : `${one.step.id}.${field}`)
        }
      />
      <DryRun key={one.step.id} vendor={vendor} one={one} />
    </Stack>
  );
}

function DryRun({ vendor, one: { step } }: { readonly vendor: CrmId; readonly one: Placed }) {
  const { name, works } = useCrm(vendor);
  const [lead, setLead] = useState<string | null>(null);
  const trial = useMutation({ mutationFn: (id: string) => dryRun(vendor, id, { ...mappedOf(step["fields"]) }) });
  return (
    <section>
      <h3 className={look["heading"]}>Try it on one lead</h3>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <div style={{ flex: 1, minWidth: 0 }}>
          <LeadPicker label="Lead" value={lead} onChange={setLead} />
        </div>
        <Button
          variant="default"
          disabled={lead === null || !works}
          loading={trial.isPending}
          onClick={() => lead !== null && trial.mutate(lead)}
        >
          Show what would change
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        Nothing is written.
      </Text>
      {trial.error && (
        <div style={{ marginTop: 12 }}>
          <ProblemNote problem={problemOf(trial.error)} vendor={name} />
        </div>
      )}
      {trial.data && <DiffTable diff={trial.data} crm={name} />}
    </section>
  );
}

const shown = (value: string | null): string => (value === null || value === "" ? "–" : value);

function DiffTable({ diff: { record, issues, fields }, crm }: { readonly diff: Diff; readonly crm: string }) {
  return (
    <div data-diff={record?.crm_id ?? "new"}>
      <Text size="sm" mt="md" mb="xs" role="status">
        {record === null
          ? `${crm} has no such person: a record would be made.`
          : `In ${crm} this is ${record.name ?? "the record"} (${record.crm_id}).`}
      </Text>
      {issues.length > 0 && (
        <ul className={look["issues"]}>
          {issues.map(({ at, message, near = [] }) => (
            <li key={`${at} ${message}`}>
              {message}
              {near.length > 0 && !message.includes(near[0] ?? "") && ` Did you mean ${near.join(" or ")}?`}
            </li>
          ))}
        </ul>
      )}
      <ScrollArea
        className={look["scroll"] ?? ""}
        type="auto"
        viewportProps={{ tabIndex: 0, role: "region", "aria-label": "What would change" }}
      >
        <Table verticalSpacing={6} horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>In {crm} now</Table.Th>
              <Table.Th>Then</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map(({ field, label, theirs, after, writes, conflict, lacks }) => (
              <Table.Tr key={field} data-writes={writes ?? "nothing"}>
                <Table.Td>{label}</Table.Td>
                <Table.Td>{shown(theirs)}</Table.Td>
                <Table.Td>
                  {writes === "crm" ? (
                    <b>{shown(after)}</b>
                  ) : (
                    <Text span size="sm" c="dimmed">
                      {writes === "lead" ? "stays; the lead takes it over" : "stays"}
                    </Text>
                  )}
                  {conflict && <div className={look["note"]}>Both sides have changed it.</div>}
                  {lacks !== null && <div className={look["note"]}>Of this lead, {`{{${lacks}}}`} is not known.</div>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </div>
  );
}
