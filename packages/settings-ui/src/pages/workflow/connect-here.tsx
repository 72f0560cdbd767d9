/** Connecting what a step lacks, without leaving the workflow: the vendor's form, or its own page and back. */
import { Button, Drawer, Text, UnstyledButton } from "@mantine/core";
import { IconArrowLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { catalog, connection, connections, type Vendor } from "../../api/queries.ts";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Logo } from "../../parts/logo.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import { dropReturn, keepReturn } from "../../return.ts";
import { Connect } from "../integration/connect.tsx";
import type { Wanted } from "./builder.ts";
import look from "./connect.module.css";

interface ConnectHereProps {
  readonly wanted: Wanted | null;
  /** The page to come back to. */
  readonly from: string;
  readonly onClose: () => void;
}

export function ConnectHere({ wanted, from, onClose }: ConnectHereProps) {
  const { data: known } = useQuery(catalog);
  const [chosen, choose] = useState<string | null>(null);
  useEffect(() => {
    choose(null);
    if (!wanted) return;
    keepReturn(from);
    return dropReturn;
  }, [wanted, from]);
  const fits = (known?.vendors ?? []).filter(({ id, actions }) =>
    wanted?.vendor === undefined ? actions.some(({ tool }) => tool === wanted?.tool) : id === wanted.vendor,
  );
  const vendor = fits.length === 1 ? fits[0] : fits.find(({ id }) => id === chosen);
  return (
    <Drawer
      opened={wanted !== null}
      onClose={onClose}
      position="right"
      size="min(520px, 100%)"
      padding="xl"
      title={vendor ? `Connect ${vendor.name}` : "Connect an integration"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {!known && <LinesGhost lines={4} />}
      {vendor && fits.length > 1 && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          mb="md"
          leftSection={<IconArrowLeft size={15} aria-hidden="true" />}
          onClick={() => choose(null)}
        >
          Another one
        </Button>
      )}
      {vendor && <Form vendor={vendor} onDone={onClose} />}
      {known && !vendor && <Choice vendors={fits} onChoose={choose} />}
    </Drawer>
  );
}

function Choice({ vendors, onChoose }: { readonly vendors: readonly Vendor[]; readonly onChoose: (id: string) => void }) {
  const { data: states } = useQuery(connections);
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">
        {vendors.length === 0 ? "No integration does this yet." : "Any one of these does it."}
      </Text>
      <ul className={look["options"]}>
        {vendors.map(({ id, name, powers }) => {
          const status = states?.find(({ vendor }) => vendor === id)?.status;
          return (
            <li key={id}>
              <UnstyledButton className={look["option"] ?? ""} onClick={() => onChoose(id)}>
                <Logo vendor={id} size={38} />
                <span className={look["grow"]}>
                  <b>{name}</b>
                  <span>{powers}</span>
                </span>
                {status && status !== "not_connected" && <StatusBadge status={status} />}
                <IconChevronRight size={17} aria-hidden="true" />
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Form({ vendor, onDone }: { readonly vendor: Vendor; readonly onDone: () => void }) {
  const { data } = useQuery(connection(vendor.id));
  if (!data) return <LinesGhost lines={4} />;
  return (
    <>
      <div className={look["who"]}>
        <Logo vendor={vendor.id} size={44} />
        <Text size="sm" c="dimmed">
          {vendor.powers}
        </Text>
      </div>
      <Connect vendor={vendor} detail={data} again={data.status !== "not_connected"} onDone={onDone} />
    </>
  );
}
