/** Runs of workflows, or work in the background: the two kinds of runs, and how many of each need a person. */
import { WORK } from "@junction/core";
import { Badge, SegmentedControl, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { needy } from "../../api/runs.ts";
import look from "./runs.module.css";

interface KindProps {
  readonly work: boolean;
  readonly onChange: (workflow: string) => void;
}

export function Kind({ work, onChange }: KindProps) {
  const { data } = useQuery(needy);
  return (
    <SegmentedControl
      aria-label="Kind of runs"
      className={look["kind"] ?? ""}
      value={work ? WORK : ""}
      onChange={onChange}
      data={[
        { value: "", label: <Label text="Workflows" count={data?.workflows ?? 0} /> },
        { value: WORK, label: <Label text="Background work" count={data?.work ?? 0} /> },
      ]}
    />
  );
}

function Label({ text, count }: { readonly text: string; readonly count: number }) {
  return (
    <span className={look["label"]}>
      {text}
      {count > 0 && (
        <Badge size="sm" circle={count < 10} color="red" variant="filled">
          {count}
          <VisuallyHidden> {count === 1 ? "needs you" : "need you"}</VisuallyHidden>
        </Badge>
      )}
    </span>
  );
}
