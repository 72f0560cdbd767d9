import { Button, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import type { Detail, Vendor } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./integration.module.css";
import { useGrant } from "./use-grant.ts";

/** Which permissions are held and which are lacking, with one trip that asks for all that lack. */
export function Permissions({ vendor, detail }: { readonly vendor: Vendor; readonly detail: Detail }) {
  const mayChange = useMayChange();
  const { go, leaving, problem } = useGrant(vendor.id);
  const connected = detail.status !== "not_connected";
  const lacking = detail.permissions.filter(({ held }) => !held).length;
  // Tools that only the mesh itself uses have no title: nobody is told of them.
  const titles = (tools: readonly string[]) => detail.tools.filter(({ id }) => tools.includes(id)).map(({ title }) => title);
  return (
    <Card
      flush
      title="Permissions"
      lead={
        !connected
          ? `What ${vendor.name} will be asked for when you connect it.`
          : lacking === 0
            ? "Everything the tools need is allowed."
            : "What is lacking keeps only the tools below it from working."
      }
      actions={
        connected &&
        lacking > 0 &&
        mayChange && (
          <Button onClick={() => go({ scopes: "lacking" })} loading={leaving}>
            {lacking === 1 ? "Allow what is lacking" : `Allow all ${lacking} that are lacking`}
          </Button>
        )
      }
    >
      {problem && <ProblemNote problem={problem} vendor={vendor.name} />}
      <ul className={look["scopes"]}>
        {detail.permissions.map(({ scope, words, held, tools }) => (
          <li key={scope}>
            {held ? (
              <IconCircleCheck size={20} stroke={1.8} color="var(--good)" aria-hidden="true" />
            ) : (
              <IconCircleDashed size={20} stroke={1.8} color="var(--off)" aria-hidden="true" />
            )}
            <div>
              <Text size="sm" fw={550}>
                {words}
              </Text>
              <Text size="xs" c="dimmed" mt={2}>
                {tools.length > 0 ? `For: ${titles(tools).join(", ") || "what goes on by itself"}` : "Asked for in advance"}
              </Text>
              <code>{scope}</code>
            </div>
            <Text size="sm" fw={550} c={held ? "var(--good-ink)" : connected ? "var(--warn-ink)" : "dimmed"}>
              {held ? "Allowed" : connected ? "Lacking" : "Not yet"}
            </Text>
          </li>
        ))}
      </ul>
    </Card>
  );
}
