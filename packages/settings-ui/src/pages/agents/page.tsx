/** The keys agents come with: what each may do, until when, when it was last used; and how to hand one over. */
import { Badge, Button, EmptyState, Group, Modal, Table, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type AgentKey, keys, queryClient } from "../../api/queries.ts";
import { Ago, useNow } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { date } from "../../time.ts";
import table from "../activity/activity.module.css";
import { NewKey } from "./new-key.tsx";
import { SetUp } from "./set-up.tsx";

export default function Agents() {
  const { data, error, refetch } = useQuery(keys);
  const mayChange = useMayChange();
  const [making, maker] = useDisclosure(false);
  const works = ({ revoked_at }: AgentKey) => revoked_at === null;
  return (
    <Page
      title="Agents"
      lead="An agent comes with a key. It can use your tools, and never sees a vendor’s credential."
      actions={
        mayChange && (
          <Button leftSection={<IconPlus size={17} aria-hidden="true" />} onClick={maker.open}>
            New key
          </Button>
        )
      }
    >
      <div style={{ display: "grid", gap: 20 }}>
        <Card flush title="Keys">
          {error && !data && <LoadFailed error={error} again={refetch} />}
          {!data && !error && (
            <div className={table["ghost"]}>
              <LinesGhost />
            </div>
          )}
          {data?.length === 0 && (
            <EmptyState
              py={48}
              icon={<IconRobot stroke={1.5} />}
              title="No agent yet"
              description="Make a key, and hand it to the agent you work with."
            />
          )}
          {data && data.length > 0 && (
            <Table className={table["table"] ?? ""} verticalSpacing="md" horizontalSpacing="lg">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>May use</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Expires</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>Revoke</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {[...data.filter(works), ...data.filter((key) => !works(key))].map((key) => (
                  <KeyRow key={key.id} agent={key} />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Card>
        {data && (
          <Card title="Set up an agent" lead="Put your key in the place of YOUR_KEY.">
            <SetUp />
          </Card>
        )}
      </div>
      <NewKey open={making} onClose={maker.close} />
    </Page>
  );
}

function KeyRow({ agent: { id, name, tools, created_at, expires_at, revoked_at, last_used_at } }: { readonly agent: AgentKey }) {
  const now = useNow();
  const expired = expires_at !== null && expires_at <= now;
  return (
    <Table.Tr data-key={id}>
      <Table.Td data-label="Name">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          Made {date(created_at)}
        </Text>
      </Table.Td>
      <Table.Td data-label="May use">
        {tools === null ? (
          <Text size="sm">Every tool</Text>
        ) : (
          <Group gap={6}>
            {tools.map((tool) => (
              <Badge key={tool} variant="default" tt="none" fw={500}>
                {tool}
              </Badge>
            ))}
          </Group>
        )}
      </Table.Td>
      <Table.Td data-label="Last used">{last_used_at === null ? "Never" : <Ago at={last_used_at} />}</Table.Td>
      <Table.Td data-label="Expires">{expires_at === null ? "Never" : <Ago at={expires_at} />}</Table.Td>
      <Table.Td data-label="">
        {revoked_at !== null ? (
          <Tag tone="not_connected">Revoked</Tag>
        ) : expired ? (
          <Tag tone="not_connected">Expired</Tag>
        ) : (
          <Revoke id={id} name={name} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Revoke({ id, name }: { readonly id: string; readonly name: string }) {
  const mayChange = useMayChange();
  const [open, modal] = useDisclosure(false);
  const revoke = useMutation({
    mutationFn: () => answer(api.keys[":id"].$delete({ param: { id } })),
    onSuccess: () => {
      modal.close();
      notifications.show({ message: `The key “${name}” is revoked. Whoever holds it is refused from now on.`, color: "gray" });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.queryKey }),
  });
  if (!mayChange) return <Tag tone="connected">Works</Tag>;
  return (
    <>
      <Button variant="subtle" color="red" size="compact-sm" onClick={modal.open}>
        Revoke<VisuallyHidden> {name}</VisuallyHidden>
      </Button>
      <Modal opened={open} onClose={modal.close} title={`Revoke “${name}”?`} closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">Whoever holds this key is refused from the next call on. It cannot be undone; you can make a new key.</Text>
        {revoke.error && <ProblemNote problem={problemOf(revoke.error)} />}
        <Group mt="xl" justify="flex-end">
          <Button variant="default" onClick={modal.close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => revoke.mutate()} loading={revoke.isPending}>
            Revoke
          </Button>
        </Group>
      </Modal>
    </>
  );
}
