import { Switch } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { approvals, catalog, queryClient } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./approvals.module.css";

/** Which tools ask before an agent's call is made. */
export function Asking({ unasked }: { readonly unasked: readonly string[] }) {
  const mayChange = useMayChange();
  const { data: known } = useQuery(catalog);
  const tools = known?.tools.filter(({ approval }) => approval) ?? [];
  const put = useMutation({
    mutationFn: ({ tool, free }: { readonly tool: string; readonly free: boolean }) => {
      const [domain = "", name = ""] = tool.split("/");
      return answer(api.approvals.unasked[":domain"][":name"].$put({ param: { domain, name }, json: { unasked: free } }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: approvals.queryKey }),
  });
  if (tools.length === 0) return null;
  return (
    <Card title="Ask first" lead="Switched off, agents do it without asking.">
      {put.error && <ProblemNote problem={problemOf(put.error)} />}
      <div className={look["switches"]}>
        {tools.map(({ id, title, description }) => (
          <Switch
            key={id}
            label={title}
            description={description}
            checked={!unasked.includes(id)}
            disabled={!mayChange || put.isPending}
            onChange={(event) => put.mutate({ tool: id, free: !event.currentTarget.checked })}
          />
        ))}
      </div>
    </Card>
  );
}
