import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../api/client.ts";
import { type EventFilter, isAgain, refreshEvents, replayAll } from "../../api/events.ts";
import { ProblemNote } from "../../parts/problem.tsx";

/** Says how many are worked off again. */
export function told(n: number): void {
  if (n === 0) notifications.show({ message: "Nothing to replay: it is in progress or in quarantine, or there is none.", color: "gray" });
  else notifications.show({ message: n === 1 ? "1 event is worked off again." : `${n} events are worked off again.`, color: "green" });
}

/** Works off again whatever the filter finds, shown or not. */
export function ReplayAll({ filter, words }: { readonly filter: EventFilter; readonly words: string }) {
  const [open, modal] = useDisclosure(false);
  const replay = useMutation({
    mutationFn: () => replayAll(filter),
    onSuccess: ({ replayed }) => {
      modal.close();
      told(replayed);
    },
    onSettled: refreshEvents,
  });
  if (filter.state !== undefined && !isAgain(filter.state)) return null;
  return (
    <>
      <Button variant="default" onClick={modal.open}>
        Replay all of these
      </Button>
      <Modal opened={open} onClose={modal.close} title="Replay all of these?" closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">
          Works off again {words}, also those further down than you have read. What was done already is not done twice. What is in
          quarantine stays there.
        </Text>
        {replay.error && <ProblemNote problem={problemOf(replay.error)} />}
        <Group mt="xl" justify="flex-end">
          <Button variant="default" onClick={modal.close} data-autofocus>
            Cancel
          </Button>
          <Button onClick={() => replay.mutate()} loading={replay.isPending}>
            Replay
          </Button>
        </Group>
      </Modal>
    </>
  );
}
