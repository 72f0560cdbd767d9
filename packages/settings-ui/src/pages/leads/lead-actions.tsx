/** What an owner does with a lead: changes it, joins it to another, starts a workflow about it, deletes it. */
import { ActionIcon, Button, Group, Menu, Modal, NativeSelect, Text } from "@mantine/core";
import { IconDots, IconEdit, IconPlayerPlay, IconTrash, IconUsersGroup } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { problemOf } from "../../api/client.ts";
import { calledBy, deleteLead, type LeadDetail, mergeLead, refreshLeads } from "../../api/leads.ts";
import { refreshRuns } from "../../api/runs.ts";
import { startRun, workflows } from "../../api/workflows.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { LeadForm } from "./lead-form.tsx";
import { LeadPicker } from "./lead-picker.tsx";

type Asked = "edit" | "merge" | "delete" | "run";

export function LeadActions({ lead }: { readonly lead: LeadDetail }) {
  const [asked, ask] = useState<Asked | null>(null);
  const close = () => ask(null);
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerPlay size={16} aria-hidden="true" />} onClick={() => ask("run")}>
        Run a workflow
      </Button>
      <Button variant="default" leftSection={<IconEdit size={16} aria-hidden="true" />} onClick={() => ask("edit")}>
        Edit
      </Button>
      <Menu position="bottom-end" withinPortal shadow="md">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More for this lead">
            <IconDots size={18} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUsersGroup size={16} aria-hidden="true" />} onClick={() => ask("merge")}>
            Join to another lead
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden="true" />} color="red" onClick={() => ask("delete")}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "edit" && <LeadForm lead={lead} onClose={close} />}
      {asked === "merge" && <Merge lead={lead} onClose={close} />}
      {asked === "delete" && <Delete lead={lead} onClose={close} />}
      {asked === "run" && <RunWorkflow lead={lead} onClose={close} />}
    </>
  );
}

interface AskedProps {
  readonly lead: LeadDetail;
  readonly onClose: () => void;
}

function Merge({ lead, onClose }: AskedProps) {
  const [, go] = useLocation();
  const [into, setInto] = useState<string | null>(null);
  const join = useMutation({
    mutationFn: (other: string) => mergeLead(lead.id, other),
    onSuccess: ({ id }) => go(`/leads/${id}`, { replace: true }),
    onSettled: refreshLeads,
  });
  return (
    <Modal opened onClose={onClose} title={`Join ${calledBy(lead)} to another lead`} closeButtonProps={{ "aria-label": "Close" }}>
      <LeadPicker label="The lead that stays" except={lead.id} value={into} onChange={setInto} />
      <Text size="sm" c="dimmed" mt="md">
        It gets the numbers, addresses, fields, CRM records and the timeline of this one, which is no more. That cannot be undone.
      </Text>
      {join.error && <ProblemNote problem={problemOf(join.error)} />}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={into === null} loading={join.isPending} onClick={() => into !== null && join.mutate(into)}>
          Join them
        </Button>
      </Group>
    </Modal>
  );
}

function Delete({ lead, onClose }: AskedProps) {
  const [, go] = useLocation();
  const end = useMutation({
    mutationFn: () => deleteLead(lead.id),
    onSuccess: () => go("/leads", { replace: true }),
    onSettled: refreshLeads,
  });
  return (
    <Modal opened onClose={onClose} title={`Delete ${calledBy(lead)}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <Text size="sm">The lead and its timeline are gone for good. What is in a CRM stays there.</Text>
      {end.error && <ProblemNote problem={problemOf(end.error)} />}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red" onClick={() => end.mutate()} loading={end.isPending}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}

function RunWorkflow({ lead, onClose }: AskedProps) {
  const [, go] = useLocation();
  const { data } = useQuery(workflows);
  const active = (data?.workflows ?? []).filter(({ state }) => state === "active");
  const [chosen, choose] = useState<string>();
  const id = chosen ?? active[0]?.id;
  const start = useMutation({
    mutationFn: (workflow: string) => startRun(workflow, lead.id),
    onSuccess: ({ runs: [first] }) => first && go(`/runs/${first.id}`),
    onSettled: refreshRuns,
  });
  return (
    <Modal opened onClose={onClose} title={`Run a workflow about ${calledBy(lead)}`} closeButtonProps={{ "aria-label": "Close" }}>
      {data && active.length === 0 ? (
        <Text size="sm">No workflow is switched on yet.</Text>
      ) : (
        <NativeSelect
          label="Workflow"
          value={id ?? ""}
          data={active.map((one) => ({ value: one.id, label: one.name }))}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
      )}
      <Text size="sm" c="dimmed" mt="md">
        It does for real what its steps say: messages are sent, and calls made.
      </Text>
      {start.error && <ProblemNote problem={problemOf(start.error)} />}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={id === undefined} loading={start.isPending} onClick={() => id !== undefined && start.mutate(id)}>
          Run it
        </Button>
      </Group>
    </Modal>
  );
}
