/** Where the vendor delivers events, and the secret that proves they are its own. */
import { Alert, Button, Code, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ClientResponse } from "hono/client";
import { useRef, useState } from "react";
import { answer, problemOf } from "../../api/client.ts";
import { refreshStates, type Vendor, type WebhookView } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { Copy } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { exact } from "../../time.ts";
import look from "./integration.module.css";

interface WebhookProps {
  readonly vendor: Vendor;
  readonly webhook: WebhookView;
}

export function Webhook({ vendor, webhook }: WebhookProps) {
  const mayChange = useMayChange();
  const { url, last_deliveries, waiting_for_first_event } = webhook;
  return (
    <div className={look["stack"]}>
      {waiting_for_first_event && (
        <Alert color="petrol" variant="light" icon={<IconHourglass aria-hidden="true" />} title="Waiting for the first event" role="status">
          <Text size="sm" c="var(--ink)">
            Nothing that proves to be from {vendor.name} has arrived yet. Paste the address there, and have it send a test event.
          </Text>
        </Alert>
      )}
      <Card title="Address" lead={`Paste it where ${vendor.name} asks for a webhook URL.`}>
        <Group wrap="nowrap" gap="xs">
          <Code block className={look["url"] ?? ""}>
            {url}
          </Code>
          <Copy text={url} what="address" />
        </Group>
      </Card>
      {mayChange && <Secret vendor={vendor} webhook={webhook} />}
      <Card title="Last deliveries">
        {last_deliveries.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet.
          </Text>
        ) : (
          <Text size="sm">{last_deliveries.length} in the last days</Text>
        )}
      </Card>
    </div>
  );
}

function Secret({ vendor, webhook: { secret_set, secret_last_four, previous_accepted_until } }: WebhookProps) {
  const own = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<string>();
  const change = useMutation({
    mutationFn: (json: { action: "generate" } | { action: "set"; secret: string }) =>
      answer<ClientResponse<{ readonly secret?: string }>>(
        fetch(`/api/connections/${vendor.id}/webhook-secret`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(json),
        }) as Promise<never>,
      ),
    onSuccess: ({ secret }) => {
      setMade(secret);
      if (own.current) own.current.value = "";
    },
    onSettled: refreshStates,
  });
  return (
    <Card
      title="Signing secret"
      lead={
        secret_set ? (
          <>
            Set{secret_last_four && ` (ends in ${secret_last_four})`}
            {previous_accepted_until !== null && (
              <>
                . The one before is accepted until {exact(previous_accepted_until)} (<Ago at={previous_accepted_until} />)
              </>
            )}
          </>
        ) : (
          "Not set. Deliveries are kept aside, and nothing is done with them, until it is."
        )
      }
    >
      {made && (
        <Alert color="green" variant="light" mb="lg" title="The new secret, shown this once">
          <Group wrap="nowrap" gap="xs">
            <Code block className={look["url"] ?? ""}>
              {made}
            </Code>
            <Copy text={made} what="secret" />
          </Group>
        </Alert>
      )}
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          const secret = own.current?.value ?? "";
          if (secret !== "") change.mutate({ action: "set", secret });
        }}
      >
        <Stack gap="md">
          <PasswordInput
            ref={own}
            label={`The secret ${vendor.name} shows`}
            description="If it makes the secret itself, paste it here."
            autoComplete="off"
            data-1p-ignore
            data-lpignore
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Save secret
            </Button>
            <Button variant="default" onClick={() => change.mutate({ action: "generate" })} loading={change.isPending}>
              {secret_set ? "Make a new one" : "Make one for me"}
            </Button>
          </Group>
          {change.error && <ProblemNote problem={problemOf(change.error)} vendor={vendor.name} />}
        </Stack>
      </form>
    </Card>
  );
}
