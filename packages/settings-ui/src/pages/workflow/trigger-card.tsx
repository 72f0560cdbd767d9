/** What starts the workflow. */
import { Collapse, UnstyledButton } from "@mantine/core";
import { IconBolt, IconChevronDown } from "@tabler/icons-react";
import { lazy, memo, Suspense } from "react";
import { LinesGhost } from "../../parts/ghost.tsx";
import { spanWords, triggerWords } from "../../words-workflow.ts";
import look from "./builder.module.css";
import { useBuilder } from "./builder.ts";
import { conditionWords } from "./condition-words.ts";
import type { DraftTrigger } from "./draft.ts";

/** The id under which the trigger is open: no step's. */
export const TRIGGER = "@trigger";
const MANUAL: DraftTrigger = { on: "manual" };
const TriggerForm = lazy(() => import("./trigger-form.tsx"));

function words(trigger: DraftTrigger): string {
  if (trigger.on === "schedule") return `Every ${spanWords(trigger.every)}${trigger.at === undefined ? "" : ` at ${trigger.at}`}`;
  const conditions = trigger.on === "event" ? (trigger.conditions ?? []) : [];
  return [triggerWords(trigger.on === "event" ? trigger.event : null), ...conditions.map((each) => `if ${conditionWords(each)}`)].join(
    ", ",
  );
}

interface TriggerCardProps {
  readonly trigger: DraftTrigger | undefined;
  readonly opened: boolean;
}

export const TriggerCard = memo(function TriggerCard({ trigger = MANUAL, opened }: TriggerCardProps) {
  const { setOpen } = useBuilder();
  return (
    <article className={look["step"]} data-open={opened} aria-label="What starts it">
      <div className={look["head"]}>
        <UnstyledButton className={look["open"] ?? ""} aria-expanded={opened} onClick={() => setOpen(opened ? null : TRIGGER)}>
          <span className={look["icon"]}>
            <IconBolt size={19} stroke={1.7} aria-hidden="true" />
          </span>
          <span className={look["words"]}>
            <span className={look["title"]}>What starts it</span>
            {!opened && <span className={look["line"]}>{words(trigger)}</span>}
          </span>
          <IconChevronDown size={17} className={look["chevron"] ?? ""} aria-hidden="true" />
        </UnstyledButton>
      </div>
      <Collapse expanded={opened}>
        {opened && (
          <div className={look["form"]}>
            <Suspense fallback={<LinesGhost />}>
              <TriggerForm trigger={trigger} />
            </Suspense>
          </div>
        )}
      </Collapse>
    </article>
  );
});
