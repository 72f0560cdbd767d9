/** Names and the texts that go in: fields of a webhook, parameters of a tool. */
import { ActionIcon, Button, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useBuilder } from "../builder.ts";
import look from "./fields.module.css";
import { TemplateField } from "./template-field.tsx";

export const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, string>>) : {};

interface PairsFieldProps {
  readonly label: string;
  readonly step: string;
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
  readonly errorOf?: ((name: string) => string | undefined) | undefined;
}

export function PairsField({ label, step, value, onChange, errorOf }: PairsFieldProps) {
  const { mayChange } = useBuilder();
  const [fresh, setFresh] = useState("");
  const add = () => {
    const name = fresh.trim();
    if (name === "" || name in value) return;
    onChange({ ...value, [name]: "" });
    setFresh("");
  };
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {Object.entries(value).map(([name, text]) => (
        <div key={name} className={look["pair"]}>
          <TextInput aria-label="Name" value={name} readOnly />
          <TemplateField
            label={name}
            hideLabel
            step={step}
            value={text}
            error={errorOf?.(name)}
            onChange={(put) => onChange({ ...value, [name]: put })}
          />
          {mayChange && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove ${name}`}
              onClick={() => onChange(Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)))}
            >
              <IconTrash size={16} aria-hidden="true" />
            </ActionIcon>
          )}
        </div>
      ))}
      {mayChange && (
        <div className={look["row"]}>
          <TextInput
            aria-label={`${label}: a new name`}
            placeholder="name"
            value={fresh}
            maxLength={100}
            onChange={({ currentTarget }) => setFresh(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") add();
            }}
          />
          <Button
            data-fixed
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden="true" />}
            onClick={add}
            disabled={fresh.trim() === ""}
          >
            Add
          </Button>
        </div>
      )}
    </Stack>
  );
}
