/** What starts the workflow, chosen: a person, something that happens, or the clock. */
import { ActionIcon, Autocomplete, Button, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { EVENT_CHOICES } from "../../words-workflow.ts";
import { issueAt, useBuilder, useTroubles } from "./builder.ts";
import type { Condition, DraftTrigger } from "./draft.ts";
import { ConditionFields } from "./fields/condition-fields.tsx";
import { SpanField } from "./fields/span-field.tsx";

const ZONES = Intl.supportedValuesOf("timeZone");
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const FIRST: Readonly<Record<DraftTrigger["on"], DraftTrigger>> = {
  manual: { on: "manual" },
  event: { on: "event", event: "lead.created" },
  schedule: { on: "schedule", every: "P1D", at: "09:00", time_zone: HERE },
};
const isOn = (text: string): text is DraftTrigger["on"] => Object.hasOwn(FIRST, text);

export default function TriggerForm({ trigger }: { readonly trigger: DraftTrigger }) {
  const { edit, mayChange } = useBuilder();
  const { issues } = useTroubles();
  const put = (next: DraftTrigger, field?: string) => edit((now) => ({ ...now, trigger: next }), field);
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="What starts it"
        value={trigger.on}
        disabled={!mayChange}
        data={[
          { value: "manual", label: "A person" },
          { value: "event", label: "Something happens" },
          { value: "schedule", label: "The clock" },
        ]}
        onChange={(on) => isOn(on) && put(FIRST[on])}
      />
      <Text size="sm" c="dimmed">
        You, an agent and the API may start it at any time, whatever else does.
      </Text>
      {trigger.on === "event" && <EventTrigger trigger={trigger} put={put} />}
      {trigger.on === "schedule" && (
        <>
          <SpanField
            label="Every"
            value={trigger.every}
            readOnly={!mayChange}
            error={issueAt(issues, "trigger.every")}
            description="Each time one run starts, about no lead."
            onChange={(every) => put({ ...trigger, every }, "trigger.every")}
          />
          <TextInput
            type="time"
            label="At"
            value={trigger.at ?? ""}
            readOnly={!mayChange}
            error={issueAt(issues, "trigger.at")}
            onChange={({ currentTarget: { value } }) =>
              put(value === "" ? { on: "schedule", every: trigger.every } : { ...trigger, at: value }, "trigger.at")
            }
          />
          <Autocomplete
            label="Time zone"
            data={ZONES}
            limit={30}
            value={trigger.time_zone ?? "UTC"}
            readOnly={!mayChange}
            error={issueAt(issues, "trigger.time_zone")}
            onChange={(zone) => put({ ...trigger, time_zone: zone }, "trigger.time_zone")}
          />
        </>
      )}
    </Stack>
  );
}

type EventTriggerValue = Extract<DraftTrigger, { readonly on: "event" }>;

function EventTrigger({
  trigger,
  put,
}: {
  readonly trigger: EventTriggerValue;
  readonly put: (next: DraftTrigger, field?: string) => void;
}) {
  const { mayChange } = useBuilder();
  const { issues } = useTroubles();
  const conditions = trigger.conditions ?? [];
  const set = (next: readonly Condition[], field?: string) => put({ ...trigger, conditions: next }, field);
  return (
    <>
      <Select
        label="What happens"
        description="Each time, one run starts about the lead it concerns."
        data={EVENT_CHOICES}
        value={trigger.event}
        readOnly={!mayChange}
        allowDeselect={false}
        searchable
        onChange={(event) => event !== null && put({ on: "event", event })}
      />
      {conditions.map((when, index) => (
        // A condition has no name but its place.
        <div key={index} style={{ display: "flex", gap: 8, alignItems: "flex-start" }}>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text size="sm" fw={550} mb={6}>
              {index === 0 ? "Only if" : "and"}
            </Text>
            <ConditionFields
              when={when}
              step=""
              errors={{
                left: issueAt(issues, `trigger.conditions.${index}.left`),
                right: issueAt(issues, `trigger.conditions.${index}.right`),
              }}
              onChange={(next) =>
                set(
                  conditions.map((each, at) => (at === index ? next : each)),
                  `trigger.${index}`,
                )
              }
            />
          </div>
          {mayChange && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              mt={28}
              aria-label={`Remove condition ${index + 1}`}
              onClick={() => set(conditions.filter((_, at) => at !== index))}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          )}
        </div>
      ))}
      {mayChange && conditions.length < 10 && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => set([...conditions, { left: "{{name}}", is: "not_empty" }])}
        >
          {conditions.length === 0 ? "Only under a condition" : "And another condition"}
        </Button>
      )}
    </>
  );
}
