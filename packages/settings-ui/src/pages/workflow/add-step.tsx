/** The gap between two steps: where a step is added, and where one that is dragged may be put. */
import { useDroppable } from "@dnd-kit/core";
import { Menu, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { memo } from "react";
import look from "./builder.module.css";
import { useBuilder } from "./builder.ts";
import { insert, newStep, type Slot, STEP_TYPES } from "./draft.ts";
import { KIND } from "./kinds.tsx";

interface GapProps extends Slot {
  /** Where it is, for those who do not see it: "after Text". */
  readonly where: string;
  /** The only one in its list, or the last: it says what it is for. */
  readonly wide?: boolean;
  /** A step is on its way, and may land here. */
  readonly target: "none" | "possible" | "idle";
}

export const Gap = memo(function Gap({ list, index, where, wide = false, target }: GapProps) {
  const { latest, edit, setOpen, mayChange } = useBuilder();
  const slot = { list, index };
  const { setNodeRef, isOver } = useDroppable({
    id: `${list}#${index}`,
    data: { slot, where: target === "idle" ? "where it was" : where, idle: target === "idle" },
  });
  return (
    <div ref={setNodeRef} className={look["gap"]} data-wide={wide} data-target={target} data-over={isOver && target === "possible"}>
      {mayChange && target === "none" && (
        // What a save finds missing is written above, and moves the gap: the open menu goes along, even out of sight, and does not vanish.
        <Menu position="bottom" withinPortal width={300} shadow="md" trapFocus returnFocus={false} hideDetached={false}>
          <Menu.Target>
            <UnstyledButton className={look["add"] ?? ""} aria-label={`Add a step ${where}`} data-add={where}>
              <IconPlus size={15} aria-hidden="true" />
              {wide && <span>Add a step</span>}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown className={look["menu"] ?? ""}>
            {STEP_TYPES.map((type) => {
              const { title, words, icon: Icon } = KIND[type];
              return (
                <Menu.Item
                  key={type}
                  leftSection={<Icon size={19} stroke={1.6} aria-hidden="true" />}
                  onClick={() => {
                    const step = newStep(type, latest());
                    edit((now) => insert(now, slot, step));
                    setOpen(step.id);
                  }}
                >
                  <span className={look["choiceTitle"]}>{title}</span>
                  <span className={look["choiceWords"]}>{words}</span>
                </Menu.Item>
              );
            })}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
});
