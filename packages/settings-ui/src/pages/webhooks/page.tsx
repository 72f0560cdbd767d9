/** Where the contractor's own systems are told of what happens: each address with its light, a test, and what came of the last deliveries. */
import { Button, EmptyState } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { endpoints } from "../../api/endpoints.ts";
import { Back } from "../../parts/back.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { EndpointCard } from "./endpoint.tsx";
import { NewEndpoint } from "./new-endpoint.tsx";

export default function Webhooks() {
  const { data, error, refetch } = useQuery(endpoints);
  const mayChange = useMayChange();
  const [adding, adder] = useDisclosure(false);
  return (
    <Page
      title="Your own systems"
      lead="Addresses that Junction sends signed messages to: what happens at your integrations, and what workflows and agents send."
      above={<Back href="/integrations">All integrations</Back>}
      actions={
        mayChange && (
          <Button leftSection={<IconPlus size={17} aria-hidden="true" />} onClick={adder.open}>
            Add an address
          </Button>
        )
      }
    >
      <div style={{ display: "grid", gap: 20 }}>
        {error && !data && <LoadFailed error={error} again={refetch} />}
        {!data && !error && <LinesGhost />}
        {data?.length === 0 && (
          <Card>
            <EmptyState
              py={48}
              icon={<IconWebhook stroke={1.5} />}
              title="No address yet"
              description="Add the address of an automation or a system of yours, and it hears of what happens."
            />
          </Card>
        )}
        {data?.map((endpoint) => (
          <EndpointCard key={endpoint.id} endpoint={endpoint} />
        ))}
      </div>
      <NewEndpoint open={adding} onClose={adder.close} />
    </Page>
  );
}
