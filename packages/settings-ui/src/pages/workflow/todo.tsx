/** What is missing before it can be switched on, each with the way to mend it. */
import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import { Card } from "../../parts/card.tsx";
import look from "./builder.module.css";
import { useBuilder, useTroubles } from "./builder.ts";
import { type Draft, find } from "./draft.ts";
import { stepTitle } from "./kinds.tsx";
import { localPath, toolOf, wantedOf } from "./remedy.ts";

export function Todo({ draft, active }: { readonly draft: Draft; readonly active: boolean }) {
  const { kinds, setOpen, connect, mayChange } = useBuilder();
  const { issues, lacks } = useTroubles();
  if (lacks.length === 0 && issues.length === 0)
    return (
      <Card title="Checklist">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconCircleCheck size={22} stroke={1.8} color="var(--good)" aria-hidden="true" style={{ flex: "none" }} />
          <Text size="sm">{active ? "Nothing is missing." : "Nothing is missing. It can be switched on."}</Text>
        </Group>
      </Card>
    );
  return (
    <Card
      title="Checklist"
      lead={
        lacks.length === 0
          ? undefined
          : `${lacks.length === 1 ? "One thing is" : `${lacks.length} things are`} missing before it can be switched on.`
      }
    >
      <ul className={look["todo"]}>
        {lacks.map(({ at, step, message, remedy }) => {
          const placed = step === null || step === undefined ? undefined : find(draft, step);
          const wanted = wantedOf(remedy, placed && toolOf(placed.step, kinds));
          const path = remedy?.url ? localPath(remedy.url) : null;
          return (
            <li key={`${at} ${message}`}>
              <span>{message}</span>
              {wanted && mayChange ? (
                <Button size="compact-sm" variant="default" onClick={() => connect(wanted)}>
                  {remedy?.words}
                </Button>
              ) : path !== null ? (
                <Anchor component={Link} href={path} size="sm">
                  {remedy?.words}
                </Anchor>
              ) : placed ? (
                <Anchor component="button" type="button" size="sm" onClick={() => setOpen(placed.step.id)}>
                  Open “{stepTitle(placed.step)}”
                </Anchor>
              ) : (
                remedy && <Text size="xs">{remedy.words}</Text>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
