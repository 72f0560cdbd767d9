/** Making a key. The key itself is shown once, and forgotten with the window. */
import { Alert, Button, Code, Group, Modal, MultiSelect, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Problem, problemOf } from "../../api/client.ts";
import { catalog, keys, queryClient } from "../../api/queries.ts";
import { Copy } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./agents.module.css";
import { SetUp } from "./set-up.tsx";

const LIVES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
];

interface NewKeyProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function NewKey({ open, onClose }: NewKeyProps) {
  const [made, setMade] = useState<{ readonly name: string; readonly key: string }>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Modal
      opened={open}
      onClose={close}
      size="lg"
      title={made ? `The key of “${made.name}”` : "New agent key"}
      closeOnClickOutside={!made}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {made ? (
        <Stack gap="lg">
          <Alert color="yellow" variant="light" icon={<IconKey aria-hidden="true" />} title="Copy it now" role="status">
            <span style={{ color: "var(--ink)" }}>It is shown this once. Nobody can look it up later; if it is lost, make a new one.</span>
          </Alert>
          <div className={look["secret"]}>
            <Code block className={look["text"] ?? ""} data-made-key>
              {made.key}
            </Code>
            <Copy text={made.key} what="key" wide />
          </div>
          <SetUp secret={made.key} />
          <Group justify="flex-end">
            <Button onClick={close}>I have copied it</Button>
          </Group>
        </Stack>
      ) : (
        <Form onMade={setMade} onClose={close} />
      )}
    </Modal>
  );
}

interface FormProps {
  readonly onMade: (made: { readonly name: string; readonly key: string }) => void;
  readonly onClose: () => void;
}

function Form({ onMade, onClose }: FormProps) {
  const { data: known } = useQuery(catalog);
  const [problem, setProblem] = useState<Problem>();
  const form = useForm({
    initialValues: { name: "", tools: [] as string[], days: "90" },
    validate: { name: (name) => (name.trim() === "" ? "Give it a name you will recognise." : null) },
  });
  const make = useMutation({
    mutationFn: ({ name, tools, days }: typeof form.values) =>
      answer(
        api.keys.$post({
          json: { name: name.trim(), ...(tools.length > 0 && { tools }), ...(days !== "" && { expires_in_days: Number(days) }) },
        }),
      ),
    onMutate: () => setProblem(undefined),
    onSuccess: ({ name, key }) => onMade({ name, key }),
    onError: (error) => setProblem(problemOf(error)),
    onSettled: () => {
      make.reset(); // it would keep the key
      return queryClient.invalidateQueries({ queryKey: keys.queryKey });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate autoComplete="off">
      <Stack gap="lg">
        <TextInput
          label="Name"
          placeholder="Office assistant"
          maxLength={100}
          withAsterisk
          data-autofocus
          {...form.getInputProps("name")}
        />
        <MultiSelect
          label="Tools it may use"
          description="Leave it empty for every tool, those added later too."
          placeholder={form.values.tools.length === 0 ? "Every tool" : ""}
          searchable
          clearable
          data={(known?.tools ?? []).map(({ id, title }) => ({ value: id, label: `${title} (${id})` }))}
          {...form.getInputProps("tools")}
        />
        <NativeSelect label="Expires" data={LIVES} {...form.getInputProps("days")} />
        {problem && <ProblemNote problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
