import { EmptyState } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { approvals } from "../api/queries.ts";
import { Card } from "../parts/card.tsx";
import { LinesGhost } from "../parts/ghost.tsx";
import { Page } from "../parts/page.tsx";
import { LoadFailed } from "../parts/problem.tsx";

export default function Approvals() {
  const { data, error, refetch } = useQuery(approvals);
  return (
    <Page title="Approvals" lead="What an agent wants to do, and may not without your yes.">
      <Card>
        {error && !data ? (
          <LoadFailed error={error} again={refetch} />
        ) : !data ? (
          <LinesGhost />
        ) : (
          <EmptyState
            py={40}
            icon={<IconChecklist stroke={1.5} />}
            title="Nothing waits for you"
            description="When a tool needs your approval, it waits here, with everything you need to decide."
          />
        )}
      </Card>
    </Page>
  );
}
