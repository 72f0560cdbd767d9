/** Connecting at the vendor's own page: what it will be asked for, said before leaving. */
import { Button, Group, List, Text } from "@mantine/core";
import { IconArrowUpRight, IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Detail, Vendor } from "../../api/queries.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { useGrant } from "./use-grant.ts";

interface GrantAccessProps {
  readonly vendor: Vendor;
  readonly detail: Detail;
  readonly again?: boolean;
  readonly onCancel?: () => void;
  /** After the button, in the place of words. */
  readonly beside?: ReactNode;
}

export function GrantAccess({ vendor, detail, again = false, onCancel, beside }: GrantAccessProps) {
  const { go, leaving, problem } = useGrant(vendor.id);
  return (
    <>
      {!again && (
        <>
          <Text size="sm" mb="sm">
            {vendor.name} opens in this window and asks you to allow Junction to:
          </Text>
          <List
            spacing={8}
            size="sm"
            icon={<IconCheck size={17} stroke={2} color="var(--good)" aria-hidden="true" />}
            styles={{ itemWrapper: { alignItems: "flex-start" } }}
          >
            {detail.permissions.map(({ scope, words }) => (
              <List.Item key={scope}>{words}</List.Item>
            ))}
          </List>
        </>
      )}
      <Group mt="lg">
        <Button
          variant={again && detail.status !== "error" ? "default" : "filled"}
          onClick={() => go({})}
          loading={leaving}
          rightSection={<IconArrowUpRight size={17} aria-hidden="true" />}
        >
          {again ? `Reconnect with ${vendor.name}` : `Connect with ${vendor.name}`}
        </Button>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        {beside ?? (
          <Text size="sm" c="dimmed">
            {again ? "Tools and routes stay as they are." : "You come back here by yourself."}
          </Text>
        )}
      </Group>
      {problem && (
        <div style={{ marginTop: 16 }}>
          <ProblemNote problem={problem} vendor={vendor.name} />
        </div>
      )}
    </>
  );
}
