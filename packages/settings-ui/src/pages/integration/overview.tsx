import { Text } from "@mantine/core";
import type { Detail, Vendor } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { Credentials } from "./credentials.tsx";
import look from "./integration.module.css";
import { Light } from "./light.tsx";
import { Limits } from "./limits.tsx";
import { UsedBy } from "./used-by.tsx";

export const Planned = ({ name }: { readonly name: string }) => (
  <Card title="On the roadmap">
    <Text size="sm">{name} is planned. There is nothing to configure yet; it appears among your integrations as soon as it is ready.</Text>
  </Card>
);

export function Overview({ vendor, detail }: { readonly vendor: Vendor; readonly detail: Detail }) {
  const connected = detail.status !== "not_connected" && detail.status !== "planned";
  return (
    <div className={look["columns"]}>
      <div className={look["stack"]}>
        {connected && <Light vendor={vendor} detail={detail} />}
        {detail.status === "planned" ? <Planned name={vendor.name} /> : <Credentials vendor={vendor} detail={detail} />}
      </div>
      <div className={look["stack"]}>
        <UsedBy detail={detail} />
        <Limits vendor={vendor} detail={detail} />
      </div>
    </div>
  );
}
