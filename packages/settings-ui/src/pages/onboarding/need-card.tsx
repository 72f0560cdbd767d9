import { Button, Collapse, Group, Text, VisuallyHidden } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { connection, type Vendor } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Logo } from "../../parts/logo.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { Connect } from "../integration/connect.tsx";
import type { Need } from "./goals.ts";
import look from "./onboarding.module.css";

/** What one goal takes: done, to be mended, or connected right here. */
export function NeedCard({ need: { goal, vendors, served, broken } }: { readonly need: Need }) {
  const mayChange = useMayChange();
  const [chosen, choose] = useState<string>();
  if (served)
    return (
      <Card>
        <Group wrap="nowrap" data-goal={goal.id} data-ready="true">
          <IconCircleCheck size={26} stroke={1.7} color="var(--good)" aria-hidden="true" />
          <div className={look["grow"]}>
            <Text fw={620}>{goal.title}</Text>
            <Text size="sm" c="dimmed">
              Ready, with {served.name}
              {served.account ? ` (${served.account.name})` : ""}
            </Text>
          </div>
          <Logo vendor={served.vendor} size={34} />
        </Group>
      </Card>
    );
  if (broken)
    return (
      <Card tone="error">
        <Group data-goal={goal.id} data-ready="false">
          <Logo vendor={broken.vendor} size={40} />
          <div className={look["grow"]}>
            <Text fw={620}>{goal.title}</Text>
            <Text size="sm" c="dimmed">
              {broken.name} is connected, but it no longer accepts the credentials.
            </Text>
          </div>
          <Button component={Link} href={`/integrations/${broken.vendor}`}>
            Reconnect {broken.name}
          </Button>
        </Group>
      </Card>
    );
  return (
    <Card title={goal.title} lead={vendors.length === 1 ? "It takes this integration:" : "Any one of these does it:"}>
      <ul className={look["options"]} data-goal={goal.id} data-ready="false">
        {vendors.map((vendor) => (
          <li key={vendor.id}>
            <div className={look["option"]}>
              <Logo vendor={vendor.id} size={40} />
              <div className={look["grow"]}>
                <Text fw={600}>{vendor.name}</Text>
                <Text size="sm" c="dimmed">
                  {vendor.powers}
                </Text>
              </div>
              {!mayChange ? (
                <StatusBadge status="not_connected" />
              ) : (
                <Button
                  variant={chosen === vendor.id ? "default" : "filled"}
                  aria-expanded={chosen === vendor.id}
                  onClick={() => choose(chosen === vendor.id ? undefined : vendor.id)}
                >
                  {chosen === vendor.id ? "Not now" : "Connect"}
                  <VisuallyHidden> {vendor.name}</VisuallyHidden>
                </Button>
              )}
            </div>
            <Collapse expanded={chosen === vendor.id}>{chosen === vendor.id && <ConnectHere vendor={vendor} />}</Collapse>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ConnectHere({ vendor }: { readonly vendor: Vendor }) {
  const { data } = useQuery(connection(vendor.id));
  return <div className={look["form"]}>{!data ? <LinesGhost /> : <Connect vendor={vendor} detail={data} />}</div>;
}
