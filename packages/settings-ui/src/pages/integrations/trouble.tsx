import { Button, VisuallyHidden } from "@mantine/core";
import { Link } from "wouter";
import type { Integration } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Logo } from "../../parts/logo.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import { adviceOf } from "../../words.ts";
import look from "./integrations.module.css";

/** An integration that waits for a person: what is wrong, since when, and the one button that leads to mending it. */
export function Trouble({ integration: { vendor, name, status, because, stale } }: { readonly integration: Integration }) {
  return (
    <li className={look["trouble"]} data-tone={status}>
      <Logo vendor={vendor} size={40} />
      <div className={look["what"]}>
        <div className={look["whatTop"]}>
          <span className={look["name"]}>{name}</span>
          <StatusBadge status={status} />
        </div>
        <p>
          {because?.reason} {because && !stale ? adviceOf(because.kind) : "A test will tell."}
          {because && (
            <span className={look["since"]}>
              Seen <Ago at={because.at} />
            </span>
          )}
        </p>
      </div>
      <Button component={Link} href={`/integrations/${vendor}`} variant={status === "error" ? "filled" : "default"}>
        {status === "error" ? "Mend" : "Look"}
        <VisuallyHidden>{status === "error" ? ` ${name}` : ` at ${name}`}</VisuallyHidden>
      </Button>
    </li>
  );
}
