/** What is done with a workflow as a whole. */
import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCopy, IconDots, IconPlayerStop, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { memo } from "react";
import { useLocation } from "wouter";
import { problemOf } from "../../api/client.ts";
import { deleteWorkflow, duplicateWorkflow, refreshWorkflows, type WorkflowRow } from "../../api/workflows.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSwitchOff } from "./switch.tsx";

export const Manage = memo(function Manage({ id, name, state }: Pick<WorkflowRow, "id" | "name" | "state">) {
  const [, go] = useLocation();
  const [asked, ask] = useDisclosure(false);
  const off = useSwitchOff(id);
  const copy = useMutation({
    mutationFn: () => duplicateWorkflow(id),
    onSuccess: (made) => go(`/workflows/${made.id}`),
    onSettled: refreshWorkflows,
  });
  const end = useMutation({
    mutationFn: () => deleteWorkflow(id),
    onSuccess: () => go("/workflows", { replace: true }),
    onSettled: () => refreshWorkflows(),
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal shadow="md">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={`More for ${name}`}>
            <IconDots size={18} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {state === "active" && (
            <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden="true" />} onClick={() => off.mutate()}>
              Switch off
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden="true" />} onClick={() => copy.mutate()}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden="true" />} color="red" onClick={ask.open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asked} onClose={ask.close} title={`Delete “${name}”?`} closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">It cannot be brought back. What its runs have done stays in the leads’ timelines.</Text>
        {end.error && <ProblemNote problem={problemOf(end.error)} />}
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={ask.close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => end.mutate()} loading={end.isPending}>
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
});
