/** What the workflow is told besides its steps. */
import { NumberInput, Stack, Textarea } from "@mantine/core";
import { memo } from "react";
import { Card } from "../../parts/card.tsx";
import { given, issueAt, useBuilder, useTroubles } from "./builder.ts";
import type { Draft } from "./draft.ts";
import { SpanField } from "./fields/span-field.tsx";

export default memo(function Settings({
  description = "",
  concurrency = 100,
  expires_after = "P14D",
}: Pick<Draft, "description" | "concurrency" | "expires_after">) {
  const { edit, mayChange } = useBuilder();
  const { issues } = useTroubles();
  return (
    <Card title="Settings">
      <Stack gap="md">
        <Textarea
          label="What it is for"
          autosize
          minRows={2}
          maxLength={1000}
          readOnly={!mayChange}
          value={description}
          error={issueAt(issues, "description")}
          onChange={({ currentTarget }) => edit((now) => ({ ...now, description: given(currentTarget.value) ?? "" }), "description")}
        />
        <NumberInput
          label="Runs at a time"
          description="The others wait for their turn."
          min={1}
          max={1000}
          readOnly={!mayChange}
          value={concurrency}
          error={issueAt(issues, "concurrency")}
          inputWrapperOrder={["label", "input", "error", "description"]}
          onChange={(n) => edit((now) => ({ ...now, concurrency: Math.max(1, Math.min(1000, Number(n) || 1)) }), "concurrency")}
        />
        <SpanField
          label="A paused run ends after"
          description="It says then that nobody mended the integration."
          value={expires_after}
          error={issueAt(issues, "expires_after")}
          readOnly={!mayChange}
          onChange={(span) => edit((now) => ({ ...now, expires_after: span }), "expires_after")}
        />
      </Stack>
    </Card>
  );
});
