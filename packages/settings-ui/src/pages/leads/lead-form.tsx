/** What is known of a person, to be written or changed. */
import { ActionIcon, Button, Checkbox, Group, Modal, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/client.ts";
import { type Lead, type LeadChanges, refreshLeads, saveLead } from "../../api/leads.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./leads.module.css";

interface LeadFormProps {
  /** Null: a new one. */
  readonly lead: Lead | null;
  readonly onClose: () => void;
  readonly onSaved?: (id: string) => void;
}

export function LeadForm({ lead, onClose, onSaved }: LeadFormProps) {
  const [name, setName] = useState(lead?.name ?? "");
  const [phones, setPhones] = useState<string[]>([...(lead?.phones ?? [])]);
  const [emails, setEmails] = useState<string[]>([...(lead?.emails ?? [])]);
  const [custom, setCustom] = useState<readonly (readonly [string, string])[]>(Object.entries(lead?.custom ?? {}));
  const [announce, setAnnounce] = useState(true);
  const save = useMutation({
    mutationFn: () => {
      const kept = Object.fromEntries(custom.map(([field, value]) => [field.trim(), value]).filter(([field]) => field !== ""));
      const gone = Object.keys(lead?.custom ?? {}).filter((field) => !(field in kept));
      const changes: LeadChanges = {
        ...(name.trim() === "" ? lead && { name: null } : { name: name.trim() }),
        ...{ phones, emails, custom: { ...kept, ...Object.fromEntries(gone.map((field) => [field, null])) }, announce },
      };
      return saveLead(lead?.id ?? null, changes);
    },
    onSuccess: ({ id }) => {
      onClose();
      onSaved?.(id);
    },
    onSettled: refreshLeads,
  });
  const problem = save.error ? problemOf(save.error) : undefined;
  const errorOf = (field: string) => Object.entries(problem?.fields ?? {}).find(([at]) => at === field || at.startsWith(`${field}.`))?.[1];
  const set = (index: number, pair: readonly [string, string]) => setCustom(custom.map((each, at) => (at === index ? pair : each)));
  return (
    <Modal opened onClose={onClose} title={lead ? "Change this lead" : "New lead"} size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            maxLength={200}
            value={name}
            error={errorOf("name")}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TagsInput
            label="Phone numbers"
            description="With the country code, such as +12025550123. The first is the one that is used."
            inputWrapperOrder={["label", "input", "error", "description"]}
            acceptValueOnBlur
            value={phones}
            error={errorOf("phones")}
            onChange={setPhones}
          />
          <TagsInput
            label="Email addresses"
            description="The first is the one that is used."
            inputWrapperOrder={["label", "input", "error", "description"]}
            acceptValueOnBlur
            value={emails}
            error={errorOf("emails")}
            onChange={setEmails}
          />
          <Text size="sm" fw={500}>
            Fields of your own
          </Text>
          {custom.map(([field, value], index) => (
            // A field that is being named has no name yet.
            <div key={index} className={look["pair"]}>
              <TextInput
                aria-label={`Field ${index + 1}: name`}
                placeholder="city"
                maxLength={100}
                value={field}
                onChange={({ currentTarget }) => set(index, [currentTarget.value, value])}
              />
              <TextInput
                aria-label={`Field ${index + 1}: value`}
                maxLength={5000}
                value={value}
                onChange={({ currentTarget }) => set(index, [field, currentTarget.value])}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove field ${index + 1}`}
                onClick={() => setCustom(custom.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} aria-hidden="true" />
              </ActionIcon>
            </div>
          ))}
          <Button
            variant="default"
            size="xs"
            style={{ alignSelf: "flex-start" }}
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => setCustom([...custom, ["", ""]])}
          >
            Add a field
          </Button>
          {!lead && (
            <Checkbox
              label="Start the workflows that begin with a new lead"
              checked={announce}
              onChange={({ currentTarget }) => setAnnounce(currentTarget.checked)}
            />
          )}
          {problem && (!problem.fields || problem.kind === "Conflict") && <ProblemNote problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
