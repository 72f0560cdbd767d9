/** The contractor's own systems, among the integrations: each address with its light. */
import { Title } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type Endpoint, endpointName, endpoints } from "../../api/endpoints.ts";
import { StatusBadge } from "../../parts/status.tsx";
import look from "./integrations.module.css";

export function OwnSystems({ passes, invite }: { readonly passes: (one: Endpoint) => boolean; readonly invite: boolean }) {
  const { data } = useQuery(endpoints);
  const found = (data ?? []).filter(passes);
  if (!data || (found.length === 0 && !invite)) return null;
  return (
    <section className={look["section"]} aria-labelledby="own-systems" data-own>
      <Title order={2} id="own-systems">
        Your own systems
      </Title>
      <ul className={look["grid"]}>
        {found.map((one) => (
          <li key={one.id}>
            <Link href="/integrations/webhooks" className={look["tile"] ?? ""}>
              <Mark icon={<IconWebhook size={22} stroke={1.7} />} />
              <span className={look["words"]}>
                <span className={look["name"]}>{endpointName(one)}</span>
                <span className={look["powers"]}>Hears of what happens, and of what workflows and agents send</span>
              </span>
              <span className={look["state"]}>
                <StatusBadge status={one.status} />
              </span>
              <span className={look["account"]}>{URL.canParse(one.url) ? new URL(one.url).host : one.url}</span>
            </Link>
          </li>
        ))}
        {invite && (
          <li>
            <Link href="/integrations/webhooks" className={look["tile"] ?? ""}>
              <Mark icon={<IconPlus size={22} stroke={1.7} />} />
              <span className={look["words"]}>
                <span className={look["name"]}>Webhook integrations</span>
                <span className={look["powers"]}>
                  Signed messages to an address of yours: an automation, a spreadsheet, your own software
                </span>
              </span>
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}

const Mark = ({ icon }: { readonly icon: React.ReactNode }) => (
  <span className={look["mark"]} aria-hidden="true">
    {icon}
  </span>
);
