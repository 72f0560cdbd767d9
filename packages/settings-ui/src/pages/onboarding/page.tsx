/** Getting started: say what you want to do, and connect only what that takes. */
import { Button, Checkbox, Progress, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { catalog, connections } from "../../api/queries.ts";
import { keepGoals, keptGoals } from "../../goals.ts";
import { PageGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { StatusBadge } from "../../parts/status.tsx";
import { GOALS, type Need, needOf } from "./goals.ts";
import { NeedCard } from "./need-card.tsx";
import look from "./onboarding.module.css";

export default function Onboarding() {
  const a = useQuery(catalog);
  const b = useQuery(connections);
  if (a.error || (b.error && !b.data))
    return <LoadFailed error={a.error ?? b.error} again={() => Promise.all([a.refetch(), b.refetch()])} />;
  if (!a.data || !b.data) return <PageGhost />;
  const [known, all] = [a.data, b.data];
  return <Loaded needs={GOALS.map((goal) => needOf(goal, known, all))} />;
}

function Loaded({ needs }: { readonly needs: readonly Need[] }) {
  const [picked, setPicked] = useState<string[]>(keptGoals);
  const pick = (ids: string[]) => {
    setPicked(ids);
    keepGoals(ids);
  };
  const wanted = needs.filter(({ goal, vendors }) => picked.includes(goal.id) && vendors.length > 0);
  const ready = wanted.filter(({ served }) => served).length;
  return (
    <Page title="What would you like to do?" lead="Pick what your agents should help with. You connect only what that takes.">
      <Checkbox.Group value={picked} onChange={pick} aria-label="What you would like to do">
        <div className={look["goals"]}>
          {needs.map(({ goal, vendors }) => (
            <Checkbox.Card key={goal.id} value={goal.id} disabled={vendors.length === 0} className={look["goal"] ?? ""} radius="lg">
              <Checkbox.Indicator />
              <span>
                <span className={look["title"]}>{goal.title}</span>
                <span className={look["text"]}>{goal.text}</span>
                {vendors.length === 0 && (
                  <span className={look["planned"]}>
                    <StatusBadge status="planned" />
                  </span>
                )}
              </span>
            </Checkbox.Card>
          ))}
        </div>
      </Checkbox.Group>
      {wanted.length > 0 && (
        <section aria-labelledby="needs" className={look["needs"]}>
          <div className={look["progress"]}>
            <Title order={2} id="needs">
              What that takes
            </Title>
            <Text size="sm" c="dimmed" role="status">
              {ready} of {wanted.length} ready
            </Text>
          </div>
          <Progress value={(100 * ready) / wanted.length} size="sm" aria-label={`${ready} of ${wanted.length} ready`} />
          {wanted.map((need) => (
            <NeedCard key={need.goal.id} need={need} />
          ))}
          {ready === wanted.length && (
            <div className={look["done"]}>
              <div>
                <Title order={2}>Everything is ready</Title>
                <Text size="sm" c="dimmed" mt={4}>
                  Now give an agent a key, and ask it to do the first thing.
                </Text>
              </div>
              <Button component={Link} href="/agents">
                Set up an agent
              </Button>
            </div>
          )}
        </section>
      )}
    </Page>
  );
}
