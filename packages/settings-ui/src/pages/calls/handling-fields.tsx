/** What happens to a call: a greeting, who is rung, and what happens if nobody takes it. */
import { ActionIcon, Button, NumberInput, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useId } from "react";
import look from "./calls.module.css";
import type { HandlingForm, Way } from "./form.ts";

interface HandlingFieldsProps {
  readonly value: HandlingForm;
  readonly readOnly: boolean;
  /** Of a field within this. */
  readonly errorAt: (path: string) => string | undefined;
  readonly set: (changes: Partial<HandlingForm>) => void;
}

const WAYS = [
  { value: "voicemail", label: "Take a message" },
  { value: "assistant", label: "Hand over to the AI assistant" },
  { value: "hang_up", label: "Say goodbye and hang up" },
] as const;
const isWay = (value: string | null): value is Way => WAYS.some((way) => way.value === value);

export function HandlingFields({ value: { greeting, ring, order, seconds, otherwise }, readOnly, errorAt, set }: HandlingFieldsProps) {
  const id = useId();
  const put = (index: number, changes: Partial<(typeof ring)[number]>) =>
    set({ ring: ring.map((each, at) => (at === index ? { ...each, ...changes } : each)) });
  return (
    <Stack gap="md">
      <Textarea
        label="Greeting"
        description="Said before anything rings. Left empty, it rings at once."
        inputWrapperOrder={["label", "input", "error", "description"]}
        autosize
        minRows={2}
        maxLength={500}
        readOnly={readOnly}
        value={greeting}
        error={errorAt("greeting")}
        onChange={({ currentTarget }) => set({ greeting: currentTarget.value })}
      />
      <Text size="sm" fw={500} id={id}>
        Who is rung
      </Text>
      {ring.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody.
        </Text>
      )}
      {ring.map(({ name, phone }, index) => (
        // Somebody who is being added has no name and no number yet.
        <div key={index} className={look["row"]}>
          <TextInput
            label="Name"
            aria-label={`Name of person ${index + 1}`}
            maxLength={80}
            readOnly={readOnly}
            value={name}
            error={errorAt(`ring.${index}.name`)}
            onChange={({ currentTarget }) => put(index, { name: currentTarget.value })}
          />
          <TextInput
            type="tel"
            label="Phone number"
            aria-label={`Phone number of person ${index + 1}`}
            placeholder="+12025550123"
            readOnly={readOnly}
            value={phone}
            error={errorAt(`ring.${index}.phone`)}
            onChange={({ currentTarget }) => put(index, { phone: currentTarget.value })}
          />
          {!readOnly && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              mt={26}
              aria-label={`Remove person ${index + 1}`}
              onClick={() => set({ ring: ring.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && ring.length < 10 && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => set({ ring: [...ring, { name: "", phone: "" }] })}
        >
          Add a person
        </Button>
      )}
      {ring.length > 1 && (
        <SegmentedControl
          aria-label="In which order"
          disabled={readOnly}
          value={order}
          data={[
            { value: "together", label: "All at once" },
            { value: "in_order", label: "One after the other" },
          ]}
          onChange={(chosen) => set({ order: chosen === "in_order" ? "in_order" : "together" })}
        />
      )}
      {ring.length > 0 && (
        <NumberInput
          label="Seconds it rings"
          min={5}
          max={60}
          allowDecimal={false}
          readOnly={readOnly}
          value={seconds}
          error={errorAt("seconds")}
          onChange={(value) => set({ seconds: Number(value) })}
        />
      )}
      <Select
        label={ring.length > 0 ? "If nobody takes it" : "What happens"}
        data={WAYS}
        allowDeselect={false}
        readOnly={readOnly}
        value={otherwise}
        error={errorAt("otherwise")}
        onChange={(chosen) => isWay(chosen) && set({ otherwise: chosen })}
      />
    </Stack>
  );
}
