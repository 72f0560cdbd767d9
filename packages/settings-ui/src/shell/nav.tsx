import { Badge, NavLink, VisuallyHidden } from "@mantine/core";
import {
  IconActivity,
  IconArrowsSplit2,
  IconBell,
  IconChecklist,
  IconMail,
  IconPhone,
  IconPlayerPlay,
  IconPlugConnected,
  IconRobot,
  IconRoute,
  IconSparkles,
  IconUsers,
  IconWebhook,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { alerts, approvals } from "../api/queries.ts";
import { needy } from "../api/runs.ts";
import { Account } from "./account.tsx";
import look from "./shell.module.css";

const PLACES = [
  { to: "/start", label: "Get started", icon: IconSparkles },
  { to: "/integrations", label: "Integrations", icon: IconPlugConnected },
  { to: "/workflows", label: "Workflows", icon: IconRoute },
  { to: "/runs", label: "Runs", icon: IconPlayerPlay },
  { to: "/leads", label: "Leads", icon: IconUsers },
  { to: "/calls", label: "Calls", icon: IconPhone },
  { to: "/templates", label: "Templates", icon: IconMail },
  { to: "/routing", label: "Routing", icon: IconArrowsSplit2 },
  { to: "/agents", label: "Agents", icon: IconRobot },
  { to: "/alerts", label: "Alerts", icon: IconBell },
  { to: "/activity", label: "Activity", icon: IconActivity },
  { to: "/approvals", label: "Approvals", icon: IconChecklist },
  { to: "/events", label: "Events", icon: IconWebhook },
] as const;

export function Nav({ onLeave }: { readonly onLeave?: () => void }) {
  const [here] = useLocation();
  const { data: told } = useQuery(alerts);
  const { data: asked } = useQuery(approvals);
  const { data: stuck } = useQuery(needy);
  const stuckRuns = (stuck?.workflows ?? 0) + (stuck?.work ?? 0);
  const counts: Readonly<Record<string, { readonly n: number; readonly word: string }>> = {
    "/runs": { n: stuckRuns, word: stuckRuns === 1 ? "needs you" : "need you" },
    "/alerts": { n: told?.unread ?? 0, word: "unread" },
    "/approvals": { n: asked?.approvals.filter(({ state }) => state === "pending").length ?? 0, word: "waiting" },
  };
  return (
    <div className={look["nav"]}>
      <nav aria-label="Settings">
        <ul className={look["places"]}>
          {PLACES.map(({ to, label, icon: Icon }) => {
            const active = here === to || here.startsWith(`${to}/`);
            const { n, word } = counts[to] ?? { n: 0, word: "" };
            return (
              <li key={to}>
                <NavLink
                  component={Link}
                  href={to}
                  label={label}
                  active={active}
                  {...(active && { "aria-current": "page" })}
                  {...(onLeave && { onClick: onLeave })}
                  leftSection={<Icon size={19} stroke={1.7} aria-hidden="true" />}
                  rightSection={
                    n > 0 ? (
                      <Badge size="sm" circle={n < 10} className={look["unread"] ?? ""}>
                        {n}
                        <VisuallyHidden> {word}</VisuallyHidden>
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
