/** Adding an address. The secret that messages are signed with is shown once, and forgotten with the window. */
import { Alert, Button, Code, Group, Modal, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Problem, problemOf } from "../../api/client.ts";
import { endpointName, refreshEndpoints } from "../../api/endpoints.ts";
import { catalog } from "../../api/queries.ts";
import { Copy } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./webhooks.module.css";

interface Made {
  readonly name: string;
  readonly secret: string;
}

export function NewEndpoint({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [made, setMade] = useState<Made>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Modal
      opened={open}
      onClose={close}
      size="lg"
      title={made ? `The secret of “${made.name}”` : "Add an address"}
      closeOnClickOutside={!made}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {made ? (
        <Stack gap="lg">
          <Alert color="yellow" variant="light" icon={<IconKey aria-hidden="true" />} title="Copy it now" role="status">
            <span style={{ color: "var(--ink)" }}>
              Your system checks by it that a message is from Junction. It is shown this once; if it is lost, make a new one.
            </span>
          </Alert>
          <div className={look["secret"]}>
            <Code block data-made-secret>
              {made.secret}
            </Code>
            <Copy text={made.secret} what="secret" wide />
          </div>
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

function Form({ onMade, onClose }: { readonly onMade: (made: Made) => void; readonly onClose: () => void }) {
  const { data: known } = useQuery(catalog);
  const types = [...new Set((known?.vendors ?? []).flatMap(({ webhook }) => webhook?.events ?? []))].sort();
  const [problem, setProblem] = useState<Problem>();
  const form = useForm({
    initialValues: { url: "", description: "", types: [] as string[] },
    validate: { url: (url) => (URL.canParse(url) ? null : "Give the whole address, such as https://example.com/junction.") },
  });
  const make = useMutation({
    mutationFn: ({ url, description, types }: typeof form.values) =>
      answer(
        api.subscriptions.$post({
          json: { url: url.trim(), description: description.trim(), ...(types.length > 0 && { types: types as never }) }, // offered by the catalog alone
        }),
      ),
    onMutate: () => setProblem(undefined),
    onSuccess: ({ secret, ...endpoint }) => onMade({ name: endpointName(endpoint), secret }),
    onError: (error) => {
      const told = problemOf(error);
      if (told.fields) form.setErrors(told.fields);
      setProblem(told.fields ? undefined : told);
    },
    onSettled: () => {
      make.reset(); // it would keep the secret
      return refreshEndpoints();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate autoComplete="off">
      <Stack gap="lg">
        <TextInput label="Address" placeholder="https://example.com/junction" withAsterisk data-autofocus {...form.getInputProps("url")} />
        <TextInput label="Name" placeholder="Our automation" maxLength={200} {...form.getInputProps("description")} />
        <MultiSelect
          label="What it hears of"
          description="Leave it empty for everything that happens, kinds added later too."
          placeholder={form.values.types.length === 0 ? "Everything" : ""}
          searchable
          clearable
          data={types}
          {...form.getInputProps("types")}
        />
        {problem && <ProblemNote problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Add it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
