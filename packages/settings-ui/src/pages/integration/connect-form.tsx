/** The form a vendor's manifest describes. Nothing typed here is kept: the fields are emptied as soon as they are saved. */
import { Anchor, Button, FileInput, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Problem, problemOf } from "../../api/client.ts";
import { type Detail, refreshStates, type Vendor } from "../../api/queries.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import type { Way } from "./ways.ts";

type Field = Way["fields"][number];
type Values = Record<string, string>;

interface ConnectFormProps {
  readonly vendor: Vendor;
  readonly way: Way;
  readonly detail: Detail;
  /** In the place of what is stored already. */
  readonly again?: boolean;
  readonly onDone?: () => void;
}

export function ConnectForm({ vendor, way, detail, again = false, onDone }: ConnectFormProps) {
  const empty: Values = Object.fromEntries(
    // What is no secret need not be typed again.
    way.fields.map(({ name, secret }) => [name, secret ? "" : (detail.credential?.shown[name] ?? "")]),
  );
  const form = useForm<Values>({
    mode: "uncontrolled", // React would write a controlled value into the page's HTML
    initialValues: empty,
    validate: (values) => Object.fromEntries(way.fields.map((field) => [field.name, issue(field, values[field.name] ?? "")])),
  });
  const [problem, setProblem] = useState<Problem>();
  const save = useMutation({
    mutationFn: ({ fields, replace = false }: { readonly fields: Values; readonly replace?: boolean }) =>
      answer(api.connections[":vendor"].$post({ param: { vendor: vendor.id }, json: { fields, type: way.credentialType, replace } })),
    onMutate: () => setProblem(undefined),
    onSuccess: ({ account }) => {
      form.setInitialValues(Object.fromEntries(way.fields.map(({ name }) => [name, ""])));
      form.reset();
      notifications.show({ title: `${vendor.name} is connected`, message: account?.name ?? "Tested, and it works.", color: "green" });
      onDone?.();
    },
    onError: (error) => {
      const found = problemOf(error);
      if (found.fields) form.setErrors(found.fields);
      else setProblem(found);
    },
    onSettled: () => {
      save.reset(); // it would keep what was sent
      return refreshStates();
    },
  });
  return (
    <form
      noValidate
      autoComplete="off"
      aria-label={`Connect ${vendor.name}`}
      onSubmit={form.onSubmit(
        (fields) => save.mutate({ fields }),
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? "")?.focus(),
      )}
    >
      <Stack gap="lg" mt={again ? "xl" : 0}>
        {way.fields.map((field) => (
          <FieldInput key={form.key(field.name)} field={field} form={form} />
        ))}
        {problem && (
          <ProblemNote problem={problem.kind === "OtherAccount" ? { ...problem, next: OTHER_ACCOUNT } : problem} vendor={vendor.name}>
            {problem.kind === "OtherAccount" && (
              <Button
                mt="sm"
                size="xs"
                color="red"
                loading={save.isPending}
                onClick={() => form.onSubmit((fields) => save.mutate({ fields, replace: true }))()}
              >
                Connect the other account instead
              </Button>
            )}
          </ProblemNote>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save & Test
          </Button>
          {again && (
            <Button variant="default" onClick={onDone}>
              Cancel
            </Button>
          )}
          <Text size="sm" c="dimmed">
            Stored only if {vendor.name} accepts it.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

const OTHER_ACCOUNT = "If you mean the other account, it takes the place of the one connected now, for everything that uses it.";

function issue({ label, pattern, optional }: Field, value: string): string | null {
  if (value === "") return optional ? null : `${label} is missing.`;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value)
    ? null
    : "This does not look right. See below what it should be.";
}

interface FieldInputProps {
  readonly field: Field;
  readonly form: Pick<UseFormReturnType<Values>, "getInputProps">;
}

function FieldInput({ field: { name, label, help, placeholder, secret, optional, file }, form }: FieldInputProps) {
  const common = {
    name,
    label,
    withAsterisk: !optional,
    description: help === undefined ? undefined : <Help text={help} />,
    placeholder,
    autoComplete: "off",
    autoCapitalize: "none",
    autoCorrect: "off",
    spellCheck: false,
    "data-1p-ignore": true,
    "data-lpignore": true,
    inputWrapperOrder: ["label" as const, "input" as const, "error" as const, "description" as const],
    ...form.getInputProps(name),
  };
  // What is typed would come back as the default value, and React writes that into the page's HTML.
  const { defaultValue: _, onChange, ...kept } = common;
  if (file !== undefined)
    return (
      <FileInput
        {...kept}
        accept={file}
        clearable
        placeholder="Choose the key's file"
        onChange={(chosen: File | null) => void (chosen?.text() ?? Promise.resolve("")).then((text) => onChange(text.trim()))}
      />
    );
  return secret ? (
    <PasswordInput {...kept} onChange={onChange} visibilityToggleButtonProps={{ "aria-label": `Show ${label}`, tabIndex: 0 }} />
  ) : (
    <TextInput {...common} />
  );
}

/** A field's help; an address in it becomes a link. */
function Help({ text }: { readonly text: string }) {
  return text.split(/(https?:\/\/[^\s),]+)/).map((part, index) =>
    part.startsWith("http") ? (
      <Anchor key={index} href={part} target="_blank" rel="noopener noreferrer" inherit>
        {part.replace(/^https?:\/\//, "").replace(/\/$/, "")}
      </Anchor>
    ) : (
      part
    ),
  );
}
