import { Anchor, Badge, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Detail } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import look from "./integration.module.css";

/** What stops, or moves to another integration, when this one breaks. */
export function UsedBy({ detail: { tools, depends = { workflows: [] }, status } }: { readonly detail: Detail }) {
  const connected = status !== "not_connected";
  return (
    <Card title={connected ? "Used by" : "What it gives you"}>
      {tools.length === 0 && <Text size="sm">No tool uses it yet.</Text>}
      <ul className={look["tools"]}>
        {tools.map(({ id, title, first }) => (
          <li key={id}>
            <Text size="sm" fw={550}>
              {title}{" "}
              {connected && !first && (
                <Badge size="xs" variant="default" ml={4} tt="none">
                  Fallback
                </Badge>
              )}
            </Text>
            <code>{id}</code>
          </li>
        ))}
      </ul>
      {depends.workflows.length > 0 && (
        <>
          <Text size="sm" fw={550} mt="lg" mb={6}>
            Workflows
          </Text>
          <ul className={look["workflows"]}>
            {depends.workflows.map(({ id, name }) => (
              <li key={id}>
                <Anchor component={Link} href={`/workflows/${id}`} size="sm">
                  {name}
                </Anchor>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
