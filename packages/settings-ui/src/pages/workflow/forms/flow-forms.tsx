/** What waiting, asking a person, and branching ask for. */
import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { EVENT_CHOICES } from "../../../words-workflow.ts";
import { type Fields, issueAt, textOf, useBuilder, useTroubles } from "../builder.ts";
import type { Case } from "../draft.ts";
import { ConditionFields } from "../fields/condition-fields.tsx";
import { SpanField } from "../fields/span-field.tsx";
import { TemplateField } from "../fields/template-field.tsx";
import { useField } from "./use-field.ts";

type Way = "for" | "until" | "event";

export function WaitForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const { step, put } = fields;
  const field = useField(fields);
  const way: Way = step["event"] !== undefined ? "event" : step["until"] !== undefined ? "until" : "for";
  const begin: Readonly<Record<Way, Readonly<Record<string, unknown>>>> = {
    for: { for: "P1D", until: undefined, event: undefined, deadline: undefined },
    until: { for: undefined, until: "{{input.at}}", event: undefined, deadline: undefined },
    event: { for: undefined, until: undefined, event: "message.received", deadline: "P3D" },
  };
  return (
    <>
      <SegmentedControl
        aria-label="What it waits for"
        value={way}
        disabled={!mayChange}
        data={[
          { value: "for", label: "A while" },
          { value: "until", label: "A moment" },
          { value: "event", label: "Something to happen" },
        ]}
        onChange={(value) => put(begin[value === "until" || value === "event" ? value : "for"])}
      />
      {way === "for" && (
        <SpanField
          label="How long"
          value={textOf(step, "for")}
          error={field("for").error}
          readOnly={!mayChange}
          onChange={(span) => put({ for: span }, "for")}
        />
      )}
      {way === "until" && (
        <TemplateField
          {...field("until")}
          error={field("until").error ?? field("for").error}
          onChange={(until) => put({ until }, "until")} // emptied, it is still what was chosen
          label="Until"
          description="A time with its offset, such as 2026-12-01T09:00:00-05:00, mostly from a placeholder."
          required
        />
      )}
      {way === "event" && (
        <>
          <Select
            label="What is waited for"
            description="About the same lead."
            data={EVENT_CHOICES}
            value={textOf(step, "event")}
            error={field("event").error}
            readOnly={!mayChange}
            allowDeselect={false}
            searchable
            onChange={(event) => put({ event: event ?? undefined })}
          />
          <SpanField
            label="At most for"
            value={textOf(step, "deadline") || "P3D"}
            error={field("deadline").error}
            readOnly={!mayChange}
            onChange={(deadline) => put({ deadline }, "deadline")}
          />
        </>
      )}
    </>
  );
}

export function ApprovalForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const field = useField(fields);
  return (
    <>
      <TemplateField
        {...field("ask")}
        label="Question"
        lines={2}
        most={1000}
        required
        placeholder="Send {{name}} the estimate?"
        description="An owner answers it on the run’s page."
      />
      <SpanField
        label="An answer is waited for at most"
        value={textOf(fields.step, "deadline") || "P7D"}
        error={field("deadline").error}
        readOnly={!mayChange}
        onChange={(deadline) => fields.put({ deadline }, "deadline")}
      />
    </>
  );
}

/** The conditions alone: the steps within stand below, in the list. */
export function BranchForm({ step, at, put }: Fields) {
  const { mayChange } = useBuilder();
  const { issues } = useTroubles();
  const cases = step.cases ?? [];
  const set = (next: readonly Case[], field?: string) => put({ cases: next }, field);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        The first of these that holds is taken. If none does, “Otherwise” is.
      </Text>
      {cases.map((one, index) => (
        // A case has no name but its place.
        <Group key={index} gap="xs" align="flex-start" wrap="nowrap">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text size="sm" fw={550} mb={6}>
              {index === 0 ? "If" : "Or else, if"}
            </Text>
            <ConditionFields
              when={one.when}
              step={step.id}
              errors={{
                left: issueAt(issues, `${at}.cases.${index}.when.left`),
                right: issueAt(issues, `${at}.cases.${index}.when.right`),
              }}
              onChange={(when) =>
                set(
                  cases.map((each, number) => (number === index ? { ...each, when } : each)),
                  `cases.${index}`,
                )
              }
            />
          </div>
          {mayChange && cases.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              mt={28}
              aria-label={`Remove case ${index + 1} and its steps`}
              onClick={() => set(cases.filter((_, number) => number !== index))}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          )}
        </Group>
      ))}
      {mayChange && cases.length < 10 && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => set([...cases, { when: { left: "{{callStatus}}", is: "equal", right: "" }, steps: [] }])}
        >
          Add a case
        </Button>
      )}
    </Stack>
  );
}
