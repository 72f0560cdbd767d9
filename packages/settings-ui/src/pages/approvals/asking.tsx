import { Switch } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { answer, api, problemOf } from "../../api/client.ts";
import { type Asks, approvals, queryClient } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./approvals.module.css";

/** Which tools ask before an agent's call is made; of one that serves several platforms, on which. */
export function Asking({ asking }: { readonly asking: readonly Asks[] }) {
  const mayChange = useMayChange();
  const put = useMutation({
    mutationFn: ({ tool, platform, asks }: Asks) => {
      const [domain = "", name = ""] = tool.split("/");
      const json = { unasked: !asks, ...(platform !== null && { platform }) };
      return answer(api.approvals.unasked[":domain"][":name"].$put({ param: { domain, name }, json }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: approvals.queryKey }),
  });
  if (asking.length === 0) return null;
  return (
    <Card title="Ask first" lead="Switched off, agents do it without asking.">
      {put.error && <ProblemNote problem={problemOf(put.error)} />}
      <div className={look["switches"]}>
        {asking.map((one) => (
          <Switch
            key={`${one.tool} ${one.platform}`}
            label={one.title}
            description={one.description}
            checked={one.asks}
            disabled={!mayChange || put.isPending}
            onChange={(event) => put.mutate({ ...one, asks: event.currentTarget.checked })}
          />
        ))}
      </div>
    </Card>
  );
}
