/** Where the vendor delivers events, what proves that they are its own, and what came of late. */
import { Alert, Anchor, Code, DataList, Group, Text } from "@mantine/core";
import { IconHourglass, IconShieldQuestion } from "@tabler/icons-react";
import { Link } from "wouter";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Deliveries } from "./deliveries.tsx";
import look from "./integration.module.css";
import { type WebhookProps, WebhookSecret } from "./webhook-secret.tsx";

export function Webhook({ vendor, webhook }: WebhookProps) {
  return (
    <div className={look["columns"]}>
      <div className={look["stack"]}>
        <Waiting vendor={vendor} webhook={webhook} />
        <Address vendor={vendor} webhook={webhook} />
        <WebhookSecret vendor={vendor} webhook={webhook} />
        <Card
          flush
          title="Last deliveries"
          actions={
            <Anchor component={Link} href={`/events?vendor=${vendor.id}`} size="sm">
              All of them, with filters
            </Anchor>
          }
        >
          <Deliveries deliveries={webhook.last_deliveries} />
        </Card>
      </div>
      <Counts webhook={webhook} />
    </div>
  );
}

/** What the person should know first: nothing came yet, or what came is kept aside. */
function Waiting({ vendor: { name }, webhook }: WebhookProps) {
  const { counts, quarantined, secret, secret_set, url, waiting_for_first_event } = webhook;
  if (quarantined > 0)
    return (
      <Alert
        color="yellow"
        variant="light"
        icon={<IconShieldQuestion aria-hidden="true" />}
        title={quarantined === 1 ? "1 delivery is kept aside" : `${quarantined} deliveries are kept aside`}
        role="status"
        data-quarantined={quarantined}
      >
        <Text size="sm" c="var(--ink)">
          {!secret_set
            ? `They cannot be verified yet. ${secret === "own" ? "Set the signing secret" : `Connect ${name}`}, and those that prove to be from ${name} are done, in their order; the others are dropped.`
            : "They are looked through now, in their order. What comes meanwhile waits behind them."}
        </Text>
      </Alert>
    );
  if (!waiting_for_first_event) return null;
  if (counts.forged > 0)
    return (
      <Alert
        color="yellow"
        variant="light"
        icon={<IconShieldQuestion aria-hidden="true" />}
        title="What arrives does not fit the secret"
        role="status"
      >
        <Text size="sm" c="var(--ink)">
          {counts.forged === 1 ? "One delivery was" : `${counts.forged.toLocaleString("en")} deliveries were`} turned away, and none has
          proved to be from {name} yet. {secret === "own" ? `Copy the secret from ${name} once more, whole.` : ""}
        </Text>
      </Alert>
    );
  return (
    <Alert color="petrol" variant="light" icon={<IconHourglass aria-hidden="true" />} title="Waiting for the first event" role="status">
      <Text size="sm" c="var(--ink)">
        Nothing that proves to be from {name} has arrived yet.{" "}
        {url !== null &&
          `Paste the address there${secret === "own" && !secret_set ? ", set the secret here" : ""}, and have it send a test event.`}
      </Text>
    </Alert>
  );
}

function Address({ vendor: { name }, webhook: { url, setup } }: WebhookProps) {
  if (url === null)
    return (
      <Card title="Address">
        <Text size="sm">
          {name} delivers to one address of Junction’s own app there, which the operator has entered. There is nothing for you to paste.
        </Text>
      </Card>
    );
  return (
    <Card title="Address" lead={setup.replace(/[.]?$/, ".")}>
      <Group wrap="nowrap" gap="xs">
        <Code block className={look["url"] ?? ""}>
          {url}
        </Code>
        <Copy text={url} what="address" />
      </Group>
    </Card>
  );
}

function Counts({ webhook: { counts, last_verified_at, last_forged_at } }: Pick<WebhookProps, "webhook">) {
  const rows = [
    ["Verified", counts.verified],
    ["Sent again", counts.duplicates],
    ["Kept aside", counts.quarantined],
    ["Forged", counts.forged],
  ] as const;
  return (
    <Card title="Counted so far">
      <DataList orientation="horizontal" labelWidth="132px" gap="sm">
        {rows.map(([label, count]) => (
          <DataList.Item key={label} data-count={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue className="mono">{count.toLocaleString("en")}</DataList.ItemValue>
          </DataList.Item>
        ))}
        <DataList.Item>
          <DataList.ItemLabel>Last verified</DataList.ItemLabel>
          <DataList.ItemValue>{last_verified_at === null ? "Never" : <Ago at={last_verified_at} />}</DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>Last forged</DataList.ItemLabel>
          <DataList.ItemValue>{last_forged_at === null ? "Never" : <Ago at={last_forged_at} />}</DataList.ItemValue>
        </DataList.Item>
      </DataList>
      <p className={look["quiet"]}>A forged delivery is turned away, and nothing is done with it.</p>
    </Card>
  );
}
