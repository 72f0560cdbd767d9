/** When the contractor is open. */
import { ActionIcon, Button, Checkbox, Group, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Hours } from "../../api/call-routing.ts";
import look from "./calls.module.css";
import { DAYS, OFFICE, type RoutingForm } from "./form.ts";

interface HoursFieldsProps {
  readonly form: RoutingForm;
  readonly readOnly: boolean;
  readonly errorAt: (path: string) => string | undefined;
  readonly set: (changes: Partial<RoutingForm>) => void;
}

export function HoursFields({ form: { hours, closed_on }, readOnly, errorAt, set }: HoursFieldsProps) {
  const put = (index: number, changes: Partial<Hours>) =>
    set({ hours: hours.map((each, at) => (at === index ? { ...each, ...changes } : each)) });
  return (
    <Stack gap="md">
      {hours.length === 0 && <Text size="sm">Always open, but on the days below.</Text>}
      {hours.map(({ days, from, until }, index) => (
        // Two entries may say the same.
        <fieldset key={index} className={look["hours"]} disabled={readOnly}>
          <legend className={look["legend"]}>Open{hours.length > 1 ? `, ${index + 1} of ${hours.length}` : ""}</legend>
          <Checkbox.Group
            aria-label={`Days, ${index + 1}`}
            value={[...days]}
            error={errorAt(`hours.${index}.days`)}
            onChange={(chosen) => put(index, { days: DAYS.flatMap(([day]) => (chosen.includes(day) ? [day] : [])) })}
          >
            <Group gap="sm">
              {DAYS.map(([day, label]) => (
                <Checkbox key={day} value={day} label={label} />
              ))}
            </Group>
          </Checkbox.Group>
          <div className={look["row"]}>
            <TextInput
              type="time"
              label="From"
              value={from}
              error={errorAt(`hours.${index}.from`)}
              onChange={({ currentTarget }) => put(index, { from: currentTarget.value })}
            />
            <TextInput
              label="Until"
              placeholder="17:00"
              description="24:00 is midnight"
              inputWrapperOrder={["label", "input", "error", "description"]}
              value={until}
              error={errorAt(`hours.${index}.until`)}
              onChange={({ currentTarget }) => put(index, { until: currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              mt={26}
              aria-label={`Remove hours ${index + 1}`}
              onClick={() => set({ hours: hours.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          </div>
        </fieldset>
      ))}
      {!readOnly && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => set({ hours: [...hours, OFFICE] })}
        >
          Add hours
        </Button>
      )}
      <TagsInput
        label="Closed all day on"
        description="Holidays, such as 2026-12-25. Press Enter after each."
        inputWrapperOrder={["label", "input", "error", "description"]}
        acceptValueOnBlur
        readOnly={readOnly}
        value={[...closed_on]}
        error={errorAt("closed_on")}
        onChange={(days) => set({ closed_on: days })}
      />
    </Stack>
  );
}
