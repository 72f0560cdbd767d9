/** A workflow and a CRM: leads fetched from it, and sent to it. */
import { Modal, SegmentedControl, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { CRMS, isCrm } from "../../../api/crm.ts";
import { connections } from "../../../api/queries.ts";
import { LinesGhost } from "../../../parts/ghost.tsx";
import { useBuilder } from "../builder.ts";
import { type Draft, type DraftCrm, placed } from "../draft.ts";
import { WhichCrm } from "./which-crm.tsx";

const FetchForm = lazy(async () => ({ default: (await import("./fetch-form.tsx")).FetchForm }));
const SendForm = lazy(async () => ({ default: (await import("./send-form.tsx")).SendForm }));
const DIRECTION = [
  { value: "both", label: "Fetch and send" },
  { value: "fetch", label: "Only fetch" },
  { value: "send", label: "Only send" },
] as const;

interface CrmDialogProps {
  readonly draft: Draft;
  readonly active: boolean;
  readonly onClose: () => void;
}

export default function CrmDialog({ draft, active, onClose }: CrmDialogProps) {
  const { id, edit, connect } = useBuilder();
  const { data: states } = useQuery(connections);
  const sent = [...placed(draft.steps)].find(({ step }) => step.type === "crm_sync")?.step["crm"];
  const works = CRMS.find((one) =>
    states?.some(({ vendor, status }) => vendor === one && (status === "connected" || status === "warning")),
  );
  const crm: DraftCrm = draft.crm ?? { vendor: isCrm(sent) ? sent : (works ?? "hubspot") };
  const vendor = isCrm(crm.vendor) ? crm.vendor : "hubspot";
  const direction = crm.direction ?? "both";
  const put = (changes: Partial<DraftCrm>) => edit((now) => ({ ...now, crm: { ...crm, ...changes } }));
  return (
    <Modal opened onClose={onClose} title="CRM" size={760} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md" mb="lg">
        <div>
          <WhichCrm vendor={vendor} onChange={(chosen) => put({ vendor: chosen, map: {} })} connect={(one) => connect({ vendor: one })} />
        </div>
        <SegmentedControl
          aria-label="Which way leads go"
          value={direction}
          data={DIRECTION.map((each) => ({ ...each }))}
          onChange={(value) => put({ direction: DIRECTION.find((each) => each.value === value)?.value ?? "both" })}
        />
      </Stack>
      <Suspense fallback={<LinesGhost lines={6} />}>
        <Tabs defaultValue={direction === "send" ? "send" : "fetch"} keepMounted={false}>
          <Tabs.List mb="lg">
            <Tabs.Tab value="fetch">Fetch</Tabs.Tab>
            <Tabs.Tab value="send">Send</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="fetch">
            {direction === "send" ? (
              <Text size="sm">This workflow only sends to the CRM. Choose “Fetch and send” above to fetch leads into it.</Text>
            ) : (
              <FetchForm key={vendor} vendor={vendor} map={crm.map ?? {}} setMap={(map) => put({ map })} workflow={{ id, active }} />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="send">
            {direction === "fetch" ? (
              <Text size="sm">
                This workflow only fetches from the CRM: nothing is ever sent there. Choose “Fetch and send” above to send too.
              </Text>
            ) : (
              <SendForm key={vendor} vendor={vendor} steps={draft.steps} />
            )}
          </Tabs.Panel>
        </Tabs>
      </Suspense>
    </Modal>
  );
}
