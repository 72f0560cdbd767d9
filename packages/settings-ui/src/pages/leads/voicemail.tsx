/** A message that a caller left: fetched when somebody wants to hear it. */
import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { voicemail } from "../../api/call-routing.ts";
import { problemOf } from "../../api/client.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./leads.module.css";

export function Voicemail({ recording }: { readonly recording: string }) {
  const fetched = useMutation({ mutationFn: () => voicemail(recording) });
  if (fetched.data !== undefined)
    // biome-ignore lint/a11y/useMediaCaption: what is said in it stands in the timeline, written down
    return <audio className={look["voicemail"]} controls autoPlay src={fetched.data} aria-label="Voicemail" />;
  return (
    <div className={look["voicemail"]}>
      {fetched.error && <ProblemNote problem={problemOf(fetched.error)} />}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlayerPlay size={13} aria-hidden="true" />}
        loading={fetched.isPending}
        onClick={() => fetched.mutate()}
      >
        Listen
      </Button>
    </div>
  );
}
