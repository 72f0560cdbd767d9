/** What is held of the credential, and how to set, renew or remove it. Secrets go in and never come out. */
import { Anchor, Button, DataList, Group, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconExternalLink } from "@tabler/icons-react";
import type { Detail, Vendor } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { date } from "../../time.ts";
import { Connect } from "./connect.tsx";
import { Disconnect } from "./disconnect.tsx";
import { GrantAccess } from "./grant-access.tsx";
import { wayHeld, waysOf } from "./ways.ts";

interface CredentialsProps {
  readonly vendor: Vendor;
  readonly detail: Detail;
}

export function Credentials({ vendor, detail }: CredentialsProps) {
  const mayChange = useMayChange();
  const connected = detail.status !== "not_connected";
  const docs = (
    <Anchor href={vendor.docs} target="_blank" rel="noopener noreferrer" size="sm">
      {vendor.name}’s documentation <IconExternalLink size={13} aria-hidden="true" style={{ verticalAlign: -1 }} />
      <VisuallyHidden> (opens in a new window)</VisuallyHidden>
    </Anchor>
  );
  if (!mayChange)
    return (
      <Card title="Credentials" lead={connected ? <Since detail={detail} /> : undefined}>
        <Text size="sm">Only an owner of the account sees or changes credentials. Ask one to connect, renew or remove {vendor.name}.</Text>
      </Card>
    );
  if (!connected)
    return (
      <Card title={`Connect ${vendor.name}`} lead={docs}>
        <Connect vendor={vendor} detail={detail} />
      </Card>
    );
  return <Held vendor={vendor} detail={detail} />;
}

const Since = ({ detail: { connected_at } }: { readonly detail: Detail }) =>
  connected_at === null ? null : <>Connected since {date(connected_at)}</>;

/** A name no field's label stands for: `access_token` reads "Access token". */
const readable = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

function Held({ vendor, detail }: CredentialsProps) {
  const { credential, status } = detail;
  const [renewing, renew] = useDisclosure(status === "error");
  const way = wayHeld(vendor, detail);
  // An OAuth grant is renewed by itself, and so is the token of a service account.
  const renewed = way.oauth !== undefined || (credential?.refreshed_at ?? null) !== null;
  const label = (name: string) => way.fields.find((field) => field.name === name)?.label ?? readable(name);
  return (
    <Card title="Credentials" lead={<Since detail={detail} />}>
      {credential && (
        <DataList orientation="horizontal" labelWidth="132px" gap="sm">
          {Object.entries(credential.shown).map(([name, value]) => (
            <DataList.Item key={name}>
              <DataList.ItemLabel>{label(name)}</DataList.ItemLabel>
              <DataList.ItemValue className="mono" style={{ overflowWrap: "anywhere" }}>
                {value}
              </DataList.ItemValue>
            </DataList.Item>
          ))}
          <DataList.Item>
            <DataList.ItemLabel>Fingerprint</DataList.ItemLabel>
            <DataList.ItemValue className="mono">{credential.fingerprint}</DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>{renewed ? "Last refresh" : "Last changed"}</DataList.ItemLabel>
            <DataList.ItemValue>
              {renewed ? (
                credential.refreshed_at === null ? (
                  "None needed so far"
                ) : (
                  <Ago at={credential.refreshed_at} />
                )
              ) : (
                <Ago at={credential.updated_at} />
              )}
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>Expires</DataList.ItemLabel>
            <DataList.ItemValue>
              {credential.expires_at === null ? (
                "Never by itself"
              ) : (
                <>
                  <Ago at={credential.expires_at} />
                  {way.oauth && ", renewed by itself before"}
                </>
              )}
            </DataList.ItemValue>
          </DataList.Item>
        </DataList>
      )}
      {way.oauth && waysOf(vendor).length === 1 ? (
        <GrantAccess vendor={vendor} detail={detail} again beside={<Disconnect vendor={vendor} detail={detail} />} />
      ) : renewing ? (
        <div style={{ marginTop: 24 }}>
          <Connect vendor={vendor} detail={detail} first={way} again onDone={renew.close} />
        </div>
      ) : (
        <Group mt="lg">
          <Button variant="default" onClick={renew.open}>
            Reconnect
          </Button>
          <Disconnect vendor={vendor} detail={detail} />
        </Group>
      )}
    </Card>
  );
}
