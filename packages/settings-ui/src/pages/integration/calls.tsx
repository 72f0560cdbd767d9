import { Anchor } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { calls, type Vendor } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { CallsTable } from "../activity/calls-table.tsx";

/** The last calls that went to this vendor. */
export function Calls({ vendor }: { readonly vendor: Vendor }) {
  const { data, error, refetch } = useInfiniteQuery(calls({ vendor: vendor.id }));
  return (
    <Card
      flush
      title="Last calls"
      actions={
        <Anchor component={Link} href={`/activity?vendor=${vendor.id}`} size="sm">
          All of them, with filters
        </Anchor>
      }
    >
      {error && !data ? <LoadFailed error={error} again={refetch} /> : <CallsTable calls={data?.pages[0]} withVendor={false} />}
    </Card>
  );
}
