/** Taking an integration away, after saying what that does. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { catalog, connections, type Detail, refreshStates, type Vendor } from "../../api/queries.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./integration.module.css";

interface DisconnectProps {
  readonly vendor: Vendor;
  readonly detail: Detail;
}

export function Disconnect({ vendor, detail }: DisconnectProps) {
  const [open, modal] = useDisclosure(false);
  const end = useMutation({
    mutationFn: () => answer(api.connections[":vendor"].$delete({ param: { vendor: vendor.id } })),
    onSuccess: () => {
      modal.close();
      notifications.show({ message: `${vendor.name} is disconnected. Its credentials are destroyed here.`, color: "gray" });
    },
    onSettled: refreshStates,
  });
  return (
    <>
      <Button variant="subtle" color="red" onClick={modal.open}>
        Disconnect
      </Button>
      <Modal
        opened={open}
        onClose={modal.close}
        title={`Disconnect ${vendor.name}?`}
        size="md"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          Its credentials are destroyed here{vendor.oauth ? `, and the access is withdrawn at ${vendor.name}` : ""}. You can connect again
          at any time.
        </Text>
        <Depends vendor={vendor} detail={detail} />
        {end.error && <ProblemNote problem={problemOf(end.error)} vendor={vendor.name} />}
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={modal.close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => end.mutate()} loading={end.isPending}>
            Disconnect
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** Each tool it serves now, and who takes over: another connected integration, or nobody. */
function Depends({ vendor, detail: { tools, depends = { workflows: [] } } }: DisconnectProps) {
  const { data: known } = useQuery(catalog);
  const { data: all } = useQuery(connections);
  const serves = tools.filter(({ first }) => first);
  const heir = (tool: string) =>
    all?.find(
      ({ vendor: other, status }) =>
        other !== vendor.id &&
        (status === "connected" || status === "warning") &&
        known?.vendors.find(({ id }) => id === other)?.actions.some((action) => action.tool === tool),
    )?.name;
  if (serves.length === 0 && depends.workflows.length === 0)
    return (
      <Text size="sm" mt="md">
        Nothing depends on it at the moment.
      </Text>
    );
  return (
    <>
      <Text size="sm" fw={600} mt="lg">
        What depends on it
      </Text>
      <ul className={look["danger"]}>
        {serves.map(({ id, title }) => {
          const next = heir(id);
          return (
            <li key={id}>
              <Text size="sm">{title}</Text>
              <Text size="xs" c={next ? "dimmed" : "var(--bad-ink)"}>
                {next ? `goes on with ${next}` : "stops working: nothing else you have connected can do it"}
              </Text>
            </li>
          );
        })}
        {depends.workflows.map(({ id, name }) => (
          <li key={id}>
            <Text size="sm">{name}</Text>
            <Text size="xs" c="var(--bad-ink)">
              this workflow pauses
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}
