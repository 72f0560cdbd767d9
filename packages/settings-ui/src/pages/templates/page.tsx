/** Email templates that workflows send. */
import { ActionIcon, Button, EmptyState, Group, Modal, Stack, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { IconMail, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/client.ts";
import { queryClient } from "../../api/queries.ts";
import { deleteTemplate, type NewTemplate, saveTemplate, type Template, templates } from "../../api/resources.ts";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./templates.module.css";

const refresh = (): Promise<unknown> =>
  Promise.all(["templates", "resources", "checklist"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

export default function Templates() {
  const mayChange = useMayChange();
  const { data, error, refetch } = useQuery(templates);
  const [open, setOpen] = useState<Template | "new" | null>(null);
  return (
    <Page
      title="Templates"
      lead="Emails that your workflows send. Placeholders such as {{first_name}} are filled in for each lead."
      actions={
        mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => setOpen("new")}>
            New template
          </Button>
        )
      }
    >
      {error && !data && <LoadFailed error={error} again={refetch} />}
      <Card flush>
        {!data && !error && (
          <div className={look["ghost"]}>
            <LinesGhost lines={5} />
          </div>
        )}
        {data?.length === 0 && (
          <EmptyState
            py={48}
            icon={<IconMail stroke={1.5} />}
            title="No templates yet"
            description="Write one here, and choose it in a workflow’s email step."
          />
        )}
        <ul className={look["list"]}>
          {data?.map((template) => (
            <li key={template.id} data-template={template.id}>
              <UnstyledButton className={look["open"] ?? ""} onClick={() => setOpen(template)}>
                <b>{template.name}</b>
                <span>{template.subject}</span>
              </UnstyledButton>
              {mayChange && <Delete template={template} />}
            </li>
          ))}
        </ul>
      </Card>
      {open !== null && <Editor template={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Delete({ template: { id, name } }: { readonly template: Template }) {
  const [asked, setAsked] = useState(false);
  const end = useMutation({ mutationFn: () => deleteTemplate(id), onSuccess: () => setAsked(false), onSettled: refresh });
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Delete ${name}`} onClick={() => setAsked(true)}>
        <IconTrash size={17} aria-hidden="true" />
      </ActionIcon>
      <Modal opened={asked} onClose={() => setAsked(false)} title={`Delete “${name}”?`} closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">A workflow that uses it says so in its checklist, and its runs fail at that step.</Text>
        {end.error && <ProblemNote problem={problemOf(end.error)} />}
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => end.mutate()} loading={end.isPending}>
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Editor({ template, onClose }: { readonly template: Template | null; readonly onClose: () => void }) {
  const mayChange = useMayChange();
  const form = useForm<NewTemplate>({
    initialValues: { name: template?.name ?? "", subject: template?.subject ?? "", text: template?.text ?? "" },
    validate: {
      name: (name) => (name.trim() === "" ? "Give it a name." : null),
      subject: (subject) => (subject.trim() === "" ? "Give the email a subject." : null),
      text: (text) => (text.trim() === "" ? "Say what the email says." : null),
    },
  });
  const save = useMutation({
    mutationFn: (values: NewTemplate) => saveTemplate(template?.id ?? null, values),
    onSuccess: () => {
      notifications.show({ message: "Saved.", color: "green" });
      onClose();
    },
    onError: (error) => form.setErrors(problemOf(error).fields ?? {}),
    onSettled: refresh,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={template ? template.name : "New template"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          <TextInput label="Name" withAsterisk maxLength={120} readOnly={!mayChange} {...form.getInputProps("name")} />
          <TextInput label="Subject" withAsterisk maxLength={200} readOnly={!mayChange} {...form.getInputProps("subject")} />
          <Textarea
            label="Text"
            withAsterisk
            autosize
            minRows={8}
            maxRows={18}
            maxLength={50_000}
            readOnly={!mayChange}
            description="{{first_name|there}} is the lead’s first name, or “there” if it is not known. {{name}}, {{phone}} and {{email}} work too."
            inputWrapperOrder={["label", "input", "error", "description"]}
            {...form.getInputProps("text")}
          />
          {save.error && !problemOf(save.error).fields && <ProblemNote problem={problemOf(save.error)} />}
          {mayChange && (
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
