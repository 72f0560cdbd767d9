/** One step: a line when it is closed, a form when it is open; dragged by its handle, with the pointer or the keyboard. */
import { useDraggable } from "@dnd-kit/core";
import { ActionIcon, Button, Collapse, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconCopy,
  IconDots,
  IconGripVertical,
  IconPlugConnected,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, memo, Suspense, useEffect, useRef } from "react";
import { Link } from "wouter";
import { catalog } from "../../api/queries.ts";
import { LinesGhost } from "../../parts/ghost.tsx";
import look from "./builder.module.css";
import { issuesOf, useBuilder, useTroubles } from "./builder.ts";
import { type DraftStep, duplicate, move, remove, type Slot } from "./draft.ts";
import { KIND, stepTitle, summary } from "./kinds.tsx";
import { localPath, toolOf, wantedOf } from "./remedy.ts";

const StepForm = lazy(() => import("./step-form.tsx"));

interface StepCardProps extends Slot {
  readonly step: DraftStep;
  /** None stands after it in its list. */
  readonly last: boolean;
  readonly opened: boolean;
}

/** Drawn anew only if its own step is another: each is a menu, tooltips and a handle, too much to draw twenty of them at every letter. */
export const StepCard = memo(function StepCard({ step, list, index, last, opened }: StepCardProps) {
  const { latest, kinds, setOpen, edit, mayChange, connect } = useBuilder();
  const { issues, lacks } = useTroubles();
  const { data: known } = useQuery(catalog);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({ id: step.id, disabled: !mayChange });
  const card = useRef<HTMLElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);
  const at = `${list}.${index}`;
  const { icon: Icon } = KIND[step.type];
  const title = stepTitle(step);
  const line = summary(step, (id) => known?.vendors.find((one) => one.id === id)?.name ?? id);
  const wrong = issuesOf(issues, at);
  const lacking = lacks.filter((lack) => lack.step === step.id);
  const troubles = wrong.length + lacking.length;
  // What is wrong with a field stands at the field.
  const shown = wrong.filter(({ field }) => field === "");
  const mended = lacking.filter((lack) => lack.at === at || lack.remedy?.url);

  useEffect(() => {
    if (!opened) return;
    card.current?.scrollIntoView({ block: "nearest" });
    // Just added from a menu that is closing: the keyboard goes on here.
    if (document.activeElement?.closest('[role="menu"], [data-add]')) toggle.current?.focus({ preventScroll: true });
  }, [opened]);

  const up = index > 0 ? () => edit((now) => move(now, step.id, { list, index: index - 1 })) : undefined;
  const down = last ? undefined : () => edit((now) => move(now, step.id, { list, index: index + 2 }));
  const copy = () => {
    const made = duplicate(latest(), step.id);
    if (!made) return;
    edit(() => made.draft);
    setOpen(made.copy);
  };
  const drop = () => {
    if (opened) setOpen(null);
    edit((now) => remove(now, step.id));
  };
  return (
    <article
      ref={(node) => {
        card.current = node;
        setNodeRef(node);
      }}
      className={look["step"]}
      data-step={step.id}
      data-open={opened}
      data-dragging={isDragging}
      data-trouble={troubles > 0}
      aria-label={title}
    >
      <div className={look["head"]}>
        {mayChange && (
          <ActionIcon
            ref={setActivatorNodeRef}
            {...listeners}
            {...attributes}
            aria-roledescription="draggable"
            variant="subtle"
            color="gray"
            className={look["grip"] ?? ""}
            aria-label={`Move ${title}`}
          >
            <IconGripVertical size={17} aria-hidden="true" />
          </ActionIcon>
        )}
        <UnstyledButton
          ref={toggle}
          className={look["open"] ?? ""}
          aria-expanded={opened}
          onClick={() => setOpen(opened ? null : step.id)}
          onKeyDown={(event) => {
            const by = { ArrowUp: up, ArrowDown: down }[event.key];
            if (!event.altKey || !by || !mayChange) return;
            event.preventDefault();
            by();
          }}
        >
          <span className={look["icon"]}>
            <Icon size={19} stroke={1.7} aria-hidden="true" />
          </span>
          <span className={look["words"]}>
            <span className={look["title"]}>{title}</span>
            {line !== "" && !opened && <span className={look["line"]}>{line}</span>}
          </span>
          {troubles > 0 && (
            <span className={look["troubles"]}>
              <IconAlertTriangle size={15} aria-hidden="true" />
              {troubles === 1 ? "1 thing missing" : `${troubles} things missing`}
            </span>
          )}
          <IconChevronDown size={17} className={look["chevron"] ?? ""} aria-hidden="true" />
        </UnstyledButton>
        {mayChange && (
          <>
            <Tooltip label="Duplicate">
              <ActionIcon variant="subtle" color="gray" aria-label={`Duplicate ${title}`} onClick={copy} className={look["desk"] ?? ""}>
                <IconCopy size={16} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Remove">
              <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${title}`} onClick={drop} className={look["desk"] ?? ""}>
                <IconTrash size={16} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
            <Menu position="bottom-end" withinPortal shadow="md">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`More for ${title}`}>
                  <IconDots size={17} aria-hidden="true" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconArrowUp size={16} aria-hidden="true" />} disabled={!up} {...(up && { onClick: up })}>
                  Move up
                </Menu.Item>
                <Menu.Item leftSection={<IconArrowDown size={16} aria-hidden="true" />} disabled={!down} {...(down && { onClick: down })}>
                  Move down
                </Menu.Item>
                <Menu.Item leftSection={<IconCopy size={16} aria-hidden="true" />} onClick={copy}>
                  Duplicate
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden="true" />} color="red" onClick={drop}>
                  Remove
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )}
      </div>
      {(mended.length > 0 || shown.length > 0) && (
        <ul className={look["lacks"]}>
          {shown.map(({ words }) => (
            <li key={words}>{words}</li>
          ))}
          {mended.map(({ message, remedy, at: place }) => {
            const wanted = wantedOf(remedy, toolOf(step, kinds));
            const path = remedy?.url ? localPath(remedy.url) : null;
            return (
              <li key={`${place} ${message}`}>
                <span>{message}</span>
                {wanted && mayChange ? (
                  <Button
                    size="compact-xs"
                    leftSection={<IconPlugConnected size={13} aria-hidden="true" />}
                    onClick={() => connect(wanted)}
                  >
                    {wanted.vendor === undefined ? "Connect" : (remedy?.words ?? "Connect")}
                  </Button>
                ) : (
                  path !== null && (
                    <Button size="compact-xs" variant="default" component={Link} href={path}>
                      {remedy?.words}
                    </Button>
                  )
                )}
              </li>
            );
          })}
        </ul>
      )}
      <Collapse expanded={opened}>
        {opened && (
          <div className={look["form"]}>
            <Suspense fallback={<LinesGhost />}>
              <StepForm step={step} at={at} />
            </Suspense>
          </div>
        )}
      </Collapse>
    </article>
  );
});
