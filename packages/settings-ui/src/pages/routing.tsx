/** For each tool that more than one connected integration can serve: which is asked first, and which after it. */
import { ActionIcon, EmptyState, Group, Text, Title, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowDown, IconArrowsSplit2, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, problemOf } from "../api/client.ts";
import { type Catalog, catalog, connections, type Integration, queryClient, type Route, refreshStates, routes } from "../api/queries.ts";
import { Card } from "../parts/card.tsx";
import { PageGhost } from "../parts/ghost.tsx";
import { Logo } from "../parts/logo.tsx";
import { Page } from "../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../parts/problem.tsx";
import { StatusBadge } from "../parts/status.tsx";
import { useMayChange } from "../shell/viewer.ts";
import { CATEGORY } from "../words.ts";
import look from "./routing.module.css";

interface Choice {
  readonly tool: Catalog["tools"][number];
  readonly order: readonly Integration[];
}

/** Tools with a choice; each with its connected integrations in the order they are asked. */
function choicesOf(known: Catalog, all: readonly Integration[], own: readonly Route[]): Choice[] {
  return known.tools.flatMap((tool) => {
    const serving = known.vendors.filter(({ actions }) => actions.some((action) => action.tool === tool.id)).map(({ id }) => id);
    const held = all.filter(({ vendor, status }) => status !== "not_connected" && status !== "planned" && serving.includes(vendor));
    if (held.length < 2) return [];
    const wanted = own.find((route) => route.tool === tool.id)?.vendors ?? [];
    const place = ({ vendor }: Integration) => (wanted.includes(vendor) ? wanted.indexOf(vendor) : wanted.length + serving.indexOf(vendor));
    return [{ tool, order: held.toSorted((a, b) => place(a) - place(b)) }];
  });
}

export default function Routing() {
  const a = useQuery(catalog);
  const b = useQuery(connections);
  const c = useQuery(routes);
  if (a.error || (b.error && !b.data) || (c.error && !c.data))
    return <LoadFailed error={a.error ?? b.error ?? c.error} again={() => Promise.all([a.refetch(), b.refetch(), c.refetch()])} />;
  if (!a.data || !b.data || !c.data) return <PageGhost />;
  const choices = choicesOf(a.data, b.data, c.data);
  const groups = Map.groupBy(choices, ({ order }) => order[0]?.category ?? "communication");
  return (
    <Page title="Routing" lead="Where more than one integration can do a job, the first one does it. If it cannot, the next takes over.">
      <div className={look["list"]}>
        {[...groups].map(([category, list]) => (
          <section key={category} aria-labelledby={`routing-${category}`} className={look["list"]}>
            {groups.size > 1 && (
              <Title order={2} id={`routing-${category}`} size="h3" mt="sm">
                {CATEGORY[category]}
              </Title>
            )}
            <div className={look["pairs"]}>
              {list.map((choice) => (
                <Order key={choice.tool.id} choice={choice} />
              ))}
            </div>
          </section>
        ))}
      </div>
      {choices.length === 0 && (
        <Card>
          <EmptyState
            py={40}
            icon={<IconArrowsSplit2 stroke={1.5} />}
            title="Nothing to choose yet"
            description="No two of your connected integrations do the same job. Connect a second one for texts, email or payments, and you can put them in order here."
          />
        </Card>
      )}
    </Page>
  );
}

function Order({ choice: { tool, order } }: { readonly choice: Choice }) {
  const mayChange = useMayChange();
  const save = useMutation({
    mutationFn: (vendors: string[]) => {
      const [domain = "", name = ""] = tool.id.split("/");
      return answer(api.routes[":domain"][":name"].$put({ param: { domain, name }, json: { vendors } }));
    },
    onSuccess: ({ vendors }) => {
      const first = order.find(({ vendor }) => vendor === vendors[0]);
      queryClient.setQueryData(routes.queryKey, (before) => [
        ...(before ?? []).filter((route) => route.tool !== tool.id),
        { tool: tool.id, vendors },
      ]);
      notifications.show({ message: `${tool.title}: ${first?.name} is first now.`, color: "green" });
    },
    onSettled: refreshStates,
  });
  const move = (from: number, to: number) => {
    const vendors = order.map(({ vendor }) => vendor);
    vendors.splice(to, 0, ...vendors.splice(from, 1));
    save.mutate(vendors);
  };
  return (
    <Card title={tool.title} lead={<code>{tool.id}</code>}>
      {save.error && <ProblemNote problem={problemOf(save.error)} />}
      <ol className={look["order"]}>
        {order.map(({ vendor, name, status }, index) => (
          <li key={vendor}>
            <span className={look["rank"]} aria-hidden="true">
              {index + 1}
            </span>
            <Logo vendor={vendor} size={34} />
            <div className={look["who"]}>
              <Text fw={600}>{name}</Text>
              <Text size="xs" c="dimmed">
                {index === 0 ? "First" : index === 1 ? "Fallback" : "Fallback after that"}
              </Text>
            </div>
            <StatusBadge status={status} />
            {mayChange && (
              <Group gap={4} wrap="nowrap">
                <Tooltip label="Earlier">
                  <ActionIcon
                    variant="default"
                    size="lg"
                    aria-label={`Move ${name} up for ${tool.title}`}
                    disabled={index === 0 || save.isPending}
                    onClick={() => move(index, index - 1)}
                  >
                    <IconArrowUp size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label="Later">
                  <ActionIcon
                    variant="default"
                    size="lg"
                    aria-label={`Move ${name} down for ${tool.title}`}
                    disabled={index === order.length - 1 || save.isPending}
                    onClick={() => move(index, index + 1)}
                  >
                    <IconArrowDown size={17} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
