/** Starting it now: about a lead, or about nobody. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { problemOf } from "../../api/client.ts";
import { refreshRuns } from "../../api/runs.ts";
import { startRun } from "../../api/workflows.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { LeadPicker } from "../leads/lead-picker.tsx";

interface RunNowProps {
  readonly workflow: { readonly id: string; readonly name: string };
  readonly opened: boolean;
  readonly onClose: () => void;
}

export default function RunNow({ workflow: { id, name }, opened, onClose }: RunNowProps) {
  const [, go] = useLocation();
  const [lead, setLead] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () => startRun(id, lead),
    onSuccess: ({ runs: [first] }) => {
      onClose();
      if (first) go(`/runs/${first.id}`);
    },
    onSettled: refreshRuns,
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Run “${name}” now`} closeButtonProps={{ "aria-label": "Close" }}>
      <LeadPicker label="About whom" description="Left empty, the run is about no lead." value={lead} onChange={setLead} />
      <Text size="sm" c="dimmed" mt="md">
        It does for real what its steps say: messages are sent, and calls made.
      </Text>
      {start.error && (
        <div style={{ marginTop: 16 }}>
          <ProblemNote problem={problemOf(start.error)} />
        </div>
      )}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => start.mutate()} loading={start.isPending}>
          Run it
        </Button>
      </Group>
    </Modal>
  );
}
