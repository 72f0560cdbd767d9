/** The whole catalog, by category, with each light; what needs action stands first. */
import { Button, Chip, EmptyState, Group, NativeSelect, TextInput, Title, VisuallyHidden } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { connections, type Integration } from "../../api/queries.ts";
import { GrantNote } from "../../parts/grant-note.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed } from "../../parts/problem.tsx";
import { useParameters } from "../../use-parameters.ts";
import { CATEGORY, type Category } from "../../words.ts";
import look from "./integrations.module.css";
import { OwnSystems } from "./own.tsx";
import { Tile, TileGhosts } from "./tile.tsx";
import { Trouble } from "./trouble.tsx";

const SHOWN = { all: "All", on: "Connected", action: "Needs action", off: "Not connected", planned: "Planned" } as const;
type Shown = keyof typeof SHOWN;
const isShown = (value: string | null): value is Shown => value !== null && value in SHOWN;

type Lit = Pick<Integration, "status">;
const needsAction = ({ status }: Lit) => status === "error" || status === "warning";
const passes: Readonly<Record<Shown, (one: Lit) => boolean>> = {
  all: () => true,
  on: ({ status }) => status === "connected" || status === "warning" || status === "error",
  action: needsAction,
  off: ({ status }) => status === "not_connected",
  planned: ({ status }) => status === "planned",
};

export default function Integrations() {
  const { data, error, refetch } = useQuery(connections);
  const [search, change] = useParameters();
  const words = search.get("q") ?? "";
  const shown = isShown(search.get("show")) ? (search.get("show") as Shown) : "all";
  const category = search.get("category") ?? "";
  const filtered = words !== "" || shown !== "all" || category !== "";
  const put = (name: string, value: string) => change({ [name]: value });

  const all = data ?? [];
  const holds = (text: string) => text.toLowerCase().includes(words.trim().toLowerCase());
  const found = all.filter(
    (one) =>
      passes[shown](one) && (category === "" || one.category === category) && holds(`${one.name} ${one.powers} ${CATEGORY[one.category]}`),
  );
  const troubles = found.filter(needsAction).sort((a, b) => Number(b.status === "error") - Number(a.status === "error"));
  const offered = Object.entries(SHOWN).filter(([value]) => value !== "planned" || all.some(passes.planned));
  const groups = (Object.keys(CATEGORY) as Category[])
    .map((id) => ({ id, list: found.filter((one) => one.category === id) }))
    .filter(({ list }) => list.length > 0);

  return (
    <Page title="Integrations" lead={data ? summary(all) : "Every tool your agents can work with, and how each is doing."}>
      <GrantNote />
      <search className={look["filters"]}>
        <TextInput
          className={look["search"] ?? ""}
          type="search"
          aria-label="Search integrations"
          placeholder="Search integrations"
          leftSection={<IconSearch size={17} stroke={1.7} aria-hidden="true" />}
          value={words}
          onChange={(event) => put("q", event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="Category"
          value={category}
          onChange={(event) => put("category", event.currentTarget.value)}
          data={[
            { value: "", label: "Every category" },
            ...(Object.keys(CATEGORY) as Category[])
              .filter((id) => all.some((one) => one.category === id))
              .map((id) => ({ value: id, label: CATEGORY[id] })),
          ]}
        />
        <Chip.Group value={shown} onChange={(value) => put("show", value === "all" ? "" : value)}>
          <Group gap={8} role="radiogroup" aria-label="Status">
            {offered.map(([value, label]) => (
              <Chip key={value} value={value} size="sm" variant="outline">
                {label}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </search>
      <VisuallyHidden role="status">{data && filtered ? `${found.length} integrations found` : ""}</VisuallyHidden>
      {error && !data && <LoadFailed error={error} again={refetch} />}
      {!data && !error && <TileGhosts />}
      {troubles.length > 0 && (
        <section className={look["section"]} aria-labelledby="needs-action">
          <Title order={2} id="needs-action">
            Needs action
          </Title>
          <ul className={look["troubles"]}>
            {troubles.map((one) => (
              <Trouble key={one.vendor} integration={one} />
            ))}
          </ul>
        </section>
      )}
      <div className={look["shelves"]}>
        {groups.map(({ id, list }) => (
          <section key={id} className={look["shelf"]} data-size={sizeOf(list.length)} aria-labelledby={`category-${id}`}>
            <Title order={2} id={`category-${id}`}>
              {CATEGORY[id]}
            </Title>
            <ul className={look["grid"]}>
              {list.map((one) => (
                <Tile key={one.vendor} integration={one} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {data && category === "" && (
        <OwnSystems
          invite={!filtered}
          passes={({ status, url, description }) => passes[shown]({ status }) && holds(`webhook your own systems ${description} ${url}`)}
        />
      )}
      {data && found.length === 0 && (
        <EmptyState
          icon={<IconSearch stroke={1.5} />}
          title="No integration fits"
          description="Try another word, or take the filters away."
          py={64}
        >
          <Button variant="default" onClick={() => change(Object.fromEntries([...search.keys()].map((name) => [name, ""])))}>
            Show all
          </Button>
        </EmptyState>
      )}
    </Page>
  );
}

/** In rows of four where three would leave one over. */
const sizeOf = (count: number): number => (count < 3 ? count : count % 3 === 1 ? 4 : 3);

function summary(all: readonly Integration[]): string {
  const on = all.filter(passes.on).length;
  const broken = all.filter(needsAction).length;
  const state = broken === 0 ? "all is well" : broken === 1 ? "one needs your attention" : `${broken} need your attention`;
  return on === 0
    ? "Nothing is connected yet. Pick what you work with."
    : `${on} of ${all.filter((one) => !passes.planned(one)).length} connected, and ${state}.`;
}
