import { Button, Group, Modal, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type Endpoint, endpointDeliveries, endpointName, refreshEndpoints } from "../../api/endpoints.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { StatusBadge, Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./webhooks.module.css";

const DELIVERY = {
  pending: { label: "On its way", tone: "not_connected" },
  delivered: { label: "Delivered", tone: "connected" },
  failed: { label: "Tried again", tone: "warning" },
  dead: { label: "Given up", tone: "error" },
} as const;

/** One address: how it is and why, what can be done with it, and its last deliveries. */
export function EndpointCard({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, url, types, state, status } = endpoint;
  const name = endpointName(endpoint);
  const { data: deliveries } = useQuery(endpointDeliveries(id));
  return (
    <Card
      title={name}
      lead={<span className={look["url"]}>{url}</span>}
      tone={status === "error" ? "error" : status === "warning" ? "warning" : undefined}
      actions={<StatusBadge status={status} />}
    >
      <Text size="sm">
        {types === null ? "Hears of everything that happens." : `Hears of ${types.join(", ")}.`} Workflows and agents can send to it.
      </Text>
      <Why endpoint={endpoint} />
      <Actions id={id} name={name} state={state} />
      {deliveries && deliveries.length > 0 && (
        <ul className={look["deliveries"]} aria-label={`Last deliveries to ${name}`}>
          {deliveries.map((one) => (
            <li key={one.id}>
              <Tag tone={DELIVERY[one.state].tone}>{DELIVERY[one.state].label}</Tag>
              <span className={look["type"]}>{one.type}</span>
              <span className={look["said"]}>{one.log.at(-1)?.error ?? ""}</span>
              <Ago at={one.updated_at} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Why({ endpoint: { state, failing_since } }: { readonly endpoint: Endpoint }) {
  if (state === "disabled")
    return (
      <Text size="sm" mt={6}>
        It was switched off, since it took nothing for three days. Mend it, test it, then switch it on again.
      </Text>
    );
  if (state === "paused")
    return (
      <Text size="sm" mt={6} c="dimmed">
        Nothing is sent while it is paused.
      </Text>
    );
  return failing_since === null ? null : (
    <Text size="sm" mt={6}>
      It has taken nothing since <Ago at={failing_since} />. Each message is tried again for a day.
    </Text>
  );
}

function Actions({ id, name, state }: { readonly id: string; readonly name: string; readonly state: Endpoint["state"] }) {
  const mayChange = useMayChange();
  const [open, modal] = useDisclosure(false);
  const test = useMutation({
    mutationFn: () => answer(api.subscriptions[":id"].test.$post({ param: { id } })),
    onSuccess: ({ error, ms }) =>
      notifications.show(
        error === null
          ? { message: `${name} took the test message in ${ms} ms.`, color: "green" }
          : { message: `${name} did not take the test message. ${error}`, color: "red" },
      ),
    onSettled: refreshEndpoints,
  });
  const turn = useMutation({
    mutationFn: () => answer(api.subscriptions[":id"].$patch({ param: { id }, json: { state: state === "active" ? "paused" : "active" } })),
    onSettled: refreshEndpoints,
  });
  const remove = useMutation({
    mutationFn: () => answer(api.subscriptions[":id"].$delete({ param: { id } })),
    onSuccess: modal.close,
    onSettled: refreshEndpoints,
  });
  const failed = test.error ?? turn.error ?? remove.error;
  if (!mayChange) return null;
  const of = <VisuallyHidden> {name}</VisuallyHidden>;
  return (
    <>
      <Group mt="md" gap="xs">
        <Button variant="default" size="xs" onClick={() => test.mutate()} loading={test.isPending}>
          Send a test{of}
        </Button>
        <Button variant="default" size="xs" onClick={() => turn.mutate()} loading={turn.isPending}>
          {state === "active" ? "Pause" : "Switch on"}
          {of}
        </Button>
        <Button variant="subtle" color="red" size="xs" onClick={modal.open}>
          Remove{of}
        </Button>
      </Group>
      {failed && <ProblemNote problem={problemOf(failed)} />}
      <Modal opened={open} onClose={modal.close} title={`Remove “${name}”?`} closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">Nothing more is sent to it, and what is on its way is forgotten. Workflow steps that send to it fail.</Text>
        <Group mt="xl" justify="flex-end">
          <Button variant="default" onClick={modal.close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => remove.mutate()} loading={remove.isPending}>
            Remove
          </Button>
        </Group>
      </Modal>
    </>
  );
}
