/** Leads fetched from a CRM into the store, without a workflow. */
import { Modal, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { CRMS, type CrmId } from "../../api/crm.ts";
import { connections } from "../../api/queries.ts";
import { FetchForm } from "../workflow/crm/fetch-form.tsx";
import { WhichCrm } from "../workflow/crm/which-crm.tsx";

const ConnectHere = lazy(async () => ({ default: (await import("../workflow/connect-here.tsx")).ConnectHere }));

export default function FetchDialog({ onClose }: { readonly onClose: () => void }) {
  const { data } = useQuery(connections);
  const works = CRMS.find((one) => data?.some(({ vendor, status }) => vendor === one && (status === "connected" || status === "warning")));
  const [chosen, choose] = useState<CrmId>();
  const [map, setMap] = useState<Readonly<Record<string, string>>>({});
  const [connecting, connect] = useState<string | null>(null);
  const vendor = chosen ?? works ?? "hubspot";
  return (
    <>
      <Modal
        opened={connecting === null}
        onClose={onClose}
        title="Fetch leads from a CRM"
        size={760}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack gap="lg">
          <div>
            <WhichCrm vendor={vendor} onChange={choose} connect={connect} />
          </div>
          <FetchForm key={vendor} vendor={vendor} map={map} setMap={setMap} workflow={null} />
        </Stack>
      </Modal>
      {connecting !== null && (
        <Suspense fallback={null}>
          <ConnectHere wanted={{ vendor: connecting }} from="/leads" onClose={() => connect(null)} />
        </Suspense>
      )}
    </>
  );
}
