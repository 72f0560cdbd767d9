/** A call of which nobody knows whether it happened: a person looks, and says. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type Call, refreshStates } from "../../api/queries.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";

export function Decide({ call: { id, tool } }: { readonly call: Call }) {
  const mayChange = useMayChange();
  const [open, modal] = useDisclosure(false);
  const decide = useMutation({
    mutationFn: (happened: boolean) => answer(api.calls[":id"].decide.$post({ param: { id }, json: { happened } })),
    onSuccess: () => {
      modal.close();
      notifications.show({ message: "Noted. Whoever asks for this call again gets your answer.", color: "green" });
    },
    onSettled: refreshStates,
  });
  if (!mayChange) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" mt={8} onClick={modal.open}>
        Decide
      </Button>
      <Modal opened={open} onClose={modal.close} title="Did it happen?" closeButtonProps={{ "aria-label": "Close" }}>
        <Text size="sm">
          The answer to <code>{tool}</code> was lost, and the vendor has no way to tell. Look there yourself, then say what you found. Until
          then it is not repeated.
        </Text>
        {decide.error && <ProblemNote problem={problemOf(decide.error)} />}
        <Group mt="xl" justify="flex-end">
          <Button variant="default" onClick={() => decide.mutate(false)} disabled={decide.isPending}>
            It did not happen
          </Button>
          <Button onClick={() => decide.mutate(true)} disabled={decide.isPending}>
            It happened
          </Button>
        </Group>
      </Modal>
    </>
  );
}
