import { Badge, NavLink } from "@mantine/core";
import { IconActivity, IconArrowsSplit2, IconBell, IconChecklist, IconPlugConnected, IconRobot, IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { alerts } from "../api/queries.ts";
import { Account } from "./account.tsx";
import look from "./shell.module.css";

const PLACES = [
  { to: "/start", label: "Get started", icon: IconSparkles },
  { to: "/integrations", label: "Integrations", icon: IconPlugConnected },
  { to: "/routing", label: "Routing", icon: IconArrowsSplit2 },
  { to: "/agents", label: "Agents", icon: IconRobot },
  { to: "/alerts", label: "Alerts", icon: IconBell },
  { to: "/activity", label: "Activity", icon: IconActivity },
  { to: "/approvals", label: "Approvals", icon: IconChecklist },
] as const;

export function Nav({ onLeave }: { readonly onLeave?: () => void }) {
  const [here] = useLocation();
  const { data } = useQuery(alerts);
  const unread = data?.unread ?? 0;
  return (
    <div className={look["nav"]}>
      <nav aria-label="Settings">
        <ul className={look["places"]}>
          {PLACES.map(({ to, label, icon: Icon }) => {
            const active = here === to || here.startsWith(`${to}/`);
            const counted = to === "/alerts" && unread > 0;
            return (
              <li key={to}>
                <NavLink
                  component={Link}
                  href={to}
                  label={label}
                  active={active}
                  {...(active && { "aria-current": "page" })}
                  {...(onLeave && { onClick: onLeave })}
                  {...(counted && { "aria-label": `${label}, ${unread} unread` })}
                  leftSection={<Icon size={19} stroke={1.7} aria-hidden="true" />}
                  rightSection={
                    counted ? (
                      <Badge size="sm" circle={unread < 10} className={look["unread"] ?? ""} data-unread={unread}>
                        {unread}
                      </Badge>
                    ) : null
                  }
                  className={look["place"] ?? ""}
                />
              </li>
            );
          })}
        </ul>
      </nav>
      <Account />
    </div>
  );
}
