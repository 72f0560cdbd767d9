/** The steps from top to bottom, branches within, and the gaps between them. One is dragged at a time; it lands in a gap. */
import {
  type Active,
  type Announcements,
  type CollisionDetection,
  DndContext,
  DragOverlay,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  type KeyboardSensorOptions,
  type Over,
  PointerSensor,
  type PointerSensorOptions,
  pointerWithin,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { useState } from "react";
import { Gap } from "./add-step.tsx";
import look from "./builder.module.css";
import { useBuilder } from "./builder.ts";
import { conditionWords } from "./condition-words.ts";
import { type Draft, type DraftStep, find, idle, move, type Slot } from "./draft.ts";
import { KIND, stepTitle } from "./kinds.tsx";
import { StepCard } from "./step-card.tsx";

const slotOf = (over: Over | null): Slot | null => (over?.data.current as { readonly slot: Slot } | undefined)?.slot ?? null;
const whereOf = (over: Over | null): string => (over?.data.current as { readonly where: string } | undefined)?.where ?? "nowhere";

/** The gap under the pointer, or else the nearest in height: gaps inside a branch are narrower, and no farther away for that. */
const nearest: CollisionDetection = (ask) => {
  const within = pointerWithin(ask);
  if (within.length > 0) return within;
  const { collisionRect, droppableRects, droppableContainers } = ask;
  const middle = collisionRect.top + collisionRect.height / 2;
  return droppableContainers
    .flatMap((droppableContainer) => {
      const rect = droppableRects.get(droppableContainer.id);
      return rect
        ? [{ id: droppableContainer.id, data: { droppableContainer, value: Math.abs(rect.top + rect.height / 2 - middle) } }]
        : [];
    })
    .toSorted((one, other) => one.data.value - other.data.value);
};

/** With the arrows a step goes from gap to gap, from top to bottom. */
const fromGapToGap: KeyboardCoordinateGetter = (
  event,
  { currentCoordinates, context: { droppableRects, droppableContainers, collisionRect } },
) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (by === undefined || !collisionRect) return undefined;
  event.preventDefault();
  const middle = collisionRect.top + collisionRect.height / 2;
  const places = droppableContainers
    .getEnabled()
    .flatMap(({ id, data }) => (data.current?.["idle"] === true ? [] : (droppableRects.get(id) ?? [])))
    .map(({ top, height }) => top + height / 2)
    .toSorted((one, other) => one - other);
  const next = by > 0 ? places.find((place) => place > middle + 2) : places.findLast((place) => place < middle - 2);
  return next === undefined ? undefined : { x: currentCoordinates.x, y: next - collisionRect.height / 2 };
};

// Written down anew with each drawing, they would have every step and gap drawn anew.
const POINTER: PointerSensorOptions = { activationConstraint: { distance: 6 } };
const KEYBOARD: KeyboardSensorOptions = { coordinateGetter: fromGapToGap, scrollBehavior: "auto" };

interface StepsProps {
  readonly draft: Draft;
  /** Which step is open, if one is. */
  readonly open: string | null;
}

export default function Steps({ draft, open }: StepsProps) {
  const { edit } = useBuilder();
  const [moving, setMoving] = useState<string | null>(null);
  const sensors = useSensors(useSensor(PointerSensor, POINTER), useSensor(KeyboardSensor, KEYBOARD));
  const moved = moving === null ? undefined : find(draft, moving)?.step;
  const nameOf = ({ id }: Active) => {
    const step = find(draft, String(id))?.step;
    return step ? stepTitle(step) : "The step";
  };
  const told: Announcements = {
    onDragStart: ({ active }) => `${nameOf(active)} is picked up. The arrows move it, Space puts it down, Escape leaves it where it was.`,
    onDragOver: ({ active, over }) => (over ? `${nameOf(active)} is ${whereOf(over)}.` : undefined),
    onDragEnd: ({ active, over }) => (over ? `${nameOf(active)} now stands ${whereOf(over)}.` : `${nameOf(active)} stays where it was.`),
    onDragCancel: ({ active }) => `${nameOf(active)} stays where it was.`,
  };
  const Icon = moved && KIND[moved.type].icon;
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={nearest}
      accessibility={{
        announcements: told,
        screenReaderInstructions: { draggable: "Press Space to pick the step up, the arrows to move it, Space to put it down." },
      }}
      onDragStart={({ active }) => setMoving(String(active.id))}
      onDragCancel={() => setMoving(null)}
      onDragEnd={({ active, over }) => {
        setMoving(null);
        const slot = slotOf(over);
        if (slot) edit((now) => move(now, String(active.id), slot));
      }}
    >
      <List draft={draft} open={open} moving={moving} steps={draft.steps} list="steps" where="at the beginning" />
      <DragOverlay dropAnimation={null}>
        {moved && Icon && (
          <div className={look["overlay"]}>
            <Icon size={18} stroke={1.7} aria-hidden="true" />
            {stepTitle(moved)}
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

interface Shown extends StepsProps {
  readonly moving: string | null;
}
interface ListProps extends Shown {
  readonly steps: readonly DraftStep[];
  readonly list: string;
  /** What its first gap is called. */
  readonly where: string;
}

function List({ steps, list, where, ...shown }: ListProps) {
  const { draft, open, moving } = shown;
  const gap = (index: number, words: string) => (
    <Gap
      list={list}
      index={index}
      where={words}
      wide={index === steps.length}
      target={moving === null ? "none" : idle(draft, moving, { list, index }) ? "idle" : "possible"}
    />
  );
  return (
    <ol className={look["list"]}>
      <li>{gap(0, where)}</li>
      {steps.map((step, index) => (
        <li key={step.id}>
          <StepCard step={step} list={list} index={index} last={index === steps.length - 1} opened={open === step.id} />
          {step.type === "branch" && <Branches {...shown} step={step} at={`${list}.${index}`} />}
          {gap(index + 1, `after ${stepTitle(step)}`)}
        </li>
      ))}
    </ol>
  );
}

function Branches({ step, at, ...shown }: Shown & { readonly step: DraftStep; readonly at: string }) {
  return (
    <div className={look["branches"]} data-faded={shown.moving === step.id}>
      {(step.cases ?? []).map((one, index) => (
        // A case has no name but its place.
        <section key={index} aria-label={`If ${conditionWords(one.when)}`}>
          <p className={look["case"]}>
            <b>{index === 0 ? "If" : "Or else, if"}</b> {conditionWords(one.when)}
          </p>
          <List {...shown} steps={one.steps} list={`${at}.cases.${index}.steps`} where={`if ${conditionWords(one.when)}`} />
        </section>
      ))}
      <section aria-label="Otherwise">
        <p className={look["case"]}>
          <b>Otherwise</b>
        </p>
        <List {...shown} steps={step.otherwise ?? []} list={`${at}.otherwise`} where="otherwise" />
      </section>
    </div>
  );
}
