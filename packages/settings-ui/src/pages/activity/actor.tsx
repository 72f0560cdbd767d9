import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { keys } from "../../api/queries.ts";
import { useViewer } from "../../shell/viewer.ts";

/** Who called, by the name people know: of the agent's key, or of the person. */
export function Actor({ actor }: { readonly actor: string }) {
  const { subject } = useViewer();
  const { data } = useQuery(keys);
  const [kind, id = ""] = actor.split(/:(.*)/s);
  if (kind === "agent") return <span title={actor}>{data?.find((key) => key.id === id)?.name ?? "An agent"}</span>;
  if (kind === "calendar") return <span>The calendar's sync</span>;
  if (kind === "mailbox") return <span>Junction, to be told of mail</span>;
  if (kind === "user") return <span title={actor}>{id === subject ? "You" : id}</span>;
  if (kind === "run")
    return (
      <Anchor component={Link} href={`/runs/${id}`} title={actor} inherit>
        A workflow
      </Anchor>
    );
  return <span>{actor}</span>;
}
