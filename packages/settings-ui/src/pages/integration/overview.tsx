import type { Detail, Vendor } from "../../api/queries.ts";
import { Credentials } from "./credentials.tsx";
import look from "./integration.module.css";
import { Light } from "./light.tsx";
import { Limits } from "./limits.tsx";
import { UsedBy } from "./used-by.tsx";

export function Overview({ vendor, detail }: { readonly vendor: Vendor; readonly detail: Detail }) {
  const connected = detail.status !== "not_connected";
  return (
    <div className={look["columns"]}>
      <div className={look["stack"]}>
        {connected && <Light vendor={vendor} detail={detail} />}
        <Credentials vendor={vendor} detail={detail} />
      </div>
      <div className={look["stack"]}>
        <UsedBy detail={detail} />
        <Limits vendor={vendor} detail={detail} />
      </div>
    </div>
  );
}
