import { Skeleton } from "@mantine/core";
import { Link } from "wouter";
import type { Integration } from "../../api/queries.ts";
import { Logo } from "../../parts/logo.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import look from "./integrations.module.css";

/** One integration: the whole tile is the link, save where there is nothing to configure yet. */
export function Tile({ integration: { vendor, name, powers, status, account } }: { readonly integration: Integration }) {
  const inner = (
    <>
      <Logo vendor={vendor} />
      <span className={look["words"]}>
        <span className={look["name"]}>{name}</span>
        <span className={look["powers"]}>{powers}</span>
      </span>
      <span className={look["state"]}>
        <StatusBadge status={status} />
      </span>
      {account && <span className={look["account"]}>{account.name}</span>}
    </>
  );
  return (
    <li>
      {status === "planned" ? (
        <div className={look["tile"]} data-planned>
          {inner}
        </div>
      ) : (
        <Link href={`/integrations/${vendor}`} className={look["tile"] ?? ""}>
          {inner}
        </Link>
      )}
    </li>
  );
}

export function TileGhosts() {
  return (
    <div className={look["section"]} role="status" aria-label="Loading">
      <Skeleton height={22} width={160} mb={14} />
      <div className={look["grid"]}>
        {["a", "b", "c", "d", "e", "f"].map((each) => (
          <Skeleton key={each} height={178} radius="lg" />
        ))}
      </div>
    </div>
  );
}
