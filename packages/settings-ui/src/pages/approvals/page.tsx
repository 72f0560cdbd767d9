/** What agents may not do before the contractor has said yes, and which tools ask at all. */
import { EmptyState } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { approvals } from "../../api/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import { Card } from "../../parts/card.tsx";
import { LinesGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { Tag } from "../../parts/status.tsx";
import { Actor } from "../activity/actor.tsx";
import look from "./approvals.module.css";
import { Asking } from "./asking.tsx";
import { Waiting } from "./waiting.tsx";

const LAST = 20;

export default function Approvals() {
  const { data, error, refetch } = useQuery(approvals);
  const waiting = data?.approvals.filter(({ state }) => state === "pending") ?? [];
  const decided = data?.approvals.filter(({ state }) => state !== "pending").slice(0, LAST) ?? [];
  return (
    <Page title="Approvals" lead="What an agent wants to do in public or with money, and may not without your yes.">
      <div className={look["stack"]}>
        {error && !data && <LoadFailed error={error} again={refetch} />}
        {!data && !error && (
          <Card>
            <LinesGhost lines={4} />
          </Card>
        )}
        {data && waiting.length === 0 && (
          <Card>
            <EmptyState
              py={32}
              icon={<IconChecklist stroke={1.5} />}
              title="Nothing waits for you"
              description="When an agent asks for something that needs your approval, it waits here with everything you need to decide."
            />
          </Card>
        )}
        {waiting.map((one) => (
          <Waiting key={one.id} approval={one} />
        ))}
        {data && <Asking asking={data.asking} />}
        {decided.length > 0 && (
          <Card flush title="Decided">
            <ul className={look["decided"]}>
              {decided.map(({ id, title, actor, state, decided_at, decided_by }) => (
                <li key={id}>
                  <div>
                    <strong>{title}</strong>
                    <span>
                      asked by <Actor actor={actor} />
                      {decided_at !== null && (
                        <>
                          {" "}
                          · decided <Ago at={decided_at} />
                        </>
                      )}
                      {decided_by !== null && ` by ${decided_by}`}
                    </span>
                  </div>
                  <Tag tone={state === "approved" ? "connected" : "not_connected"}>{state === "approved" ? "Approved" : "Rejected"}</Tag>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </div>
    </Page>
  );
}
