/** Building a workflow: what moving, copying and undoing do to the tree of steps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Draft,
  type DraftStep,
  duplicate,
  find,
  idle,
  idsOf,
  insert,
  listAt,
  move,
  newStep,
  patch,
  placed,
  remove,
  type Slot,
} from "./draft.ts";
import { begin, step } from "./history.ts";

const sms = (id: string, body = ""): DraftStep => ({ id, type: "sms", body });
const draft: Draft = {
  name: "Follow up",
  steps: [
    sms("text"),
    { id: "call", type: "ai_call" },
    {
      id: "branch",
      type: "branch",
      cases: [
        {
          when: { left: "{{callStatus}}", is: "equal", right: "no-answer" },
          steps: [sms("a"), sms("b", "{{steps.a.status}} {{steps.call.transcript}}")],
        },
      ],
      otherwise: [sms("c")],
    },
    sms("last"),
  ],
};
const order = (of: Draft) => [...placed(of.steps)].map(({ step: { id }, at }) => `${at} ${id}`);
const slots = (of: Draft): Slot[] =>
  [
    "steps",
    ...[...placed(of.steps)].flatMap(({ step: { cases, type }, at }) =>
      type === "branch" ? [...(cases ?? []).map((_, n) => `${at}.cases.${n}.steps`), `${at}.otherwise`] : [],
    ),
  ].flatMap((list) => Array.from({ length: listAt(of, list).length + 1 }, (_, index) => ({ list, index })));

test("places are told as the API tells them", () => {
  expect(order(draft)).toEqual([
    "steps.0 text",
    "steps.1 call",
    "steps.2 branch",
    "steps.2.cases.0.steps.0 a",
    "steps.2.cases.0.steps.1 b",
    "steps.2.otherwise.0 c",
    "steps.3 last",
  ]);
});

test("a step moves out of a branch and into one, whichever comes first", () => {
  expect(order(move(draft, "text", { list: "steps.2.otherwise", index: 1 }))).toContain("steps.1.otherwise.1 text");
  expect(order(move(draft, "a", { list: "steps", index: 0 }))).toEqual(expect.arrayContaining(["steps.0 a", "steps.3.cases.0.steps.0 b"]));
  expect(idle(draft, "branch", { list: "steps.2.otherwise", index: 0 }), "a branch cannot go into itself").toBe(true);
});

test("whatever is moved wherever, no step is lost or doubled, and it stands in the gap that was named", () => {
  const all = [...idsOf(draft)];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }), (moves) => {
      let now = draft;
      for (const [which, where] of moves) {
        const id = all[which % all.length] ?? "";
        const gaps = slots(now);
        const gap = gaps[where % gaps.length] ?? { list: "steps", index: 0 };
        const next = move(now, id, gap);
        if (idle(now, id, gap)) expect(next).toBe(now);
        else {
          const [before, after] = [listAt(now, gap.list)[gap.index - 1], listAt(now, gap.list)[gap.index]];
          const there = listAt(next, find(next, id)?.slot.list ?? "").map((each) => each.id);
          const place = there.indexOf(id);
          if (before) expect(there[place - 1]).toBe(before.id);
          if (after) expect(there[place + 1]).toBe(after.id);
        }
        now = next;
      }
      expect([...idsOf(now)].toSorted()).toEqual(all.toSorted());
      expect([...placed(now.steps)]).toHaveLength(all.length);
    }),
  );
});

test("a copy has names of its own, and its steps speak of one another's copies", () => {
  const made = duplicate(draft, "branch");
  expect(made?.copy).toBe("branch_2");
  expect([...idsOf(made?.draft ?? draft)]).toHaveLength(11);
  expect(find(made?.draft ?? draft, "b_2")?.step["body"]).toBe("{{steps.a_2.status}} {{steps.call.transcript}}");
  expect(find(made?.draft ?? draft, "b")?.step["body"]).toBe("{{steps.a.status}} {{steps.call.transcript}}");
});

test("a new step has a free name, goes in where it is put, and leaves again; a field that is emptied is gone", () => {
  const added = insert(draft, { list: "steps.2.cases.0.steps", index: 1 }, newStep("sms", draft));
  expect(order(added)).toContain("steps.2.cases.0.steps.1 text_2");
  expect(remove(added, "text_2")).toEqual(draft);
  expect(find(patch(draft, "text", { body: undefined }), "text")?.step).toEqual({ id: "text", type: "sms" });
});

test("what a change does not touch stays the very same: every other step, and a branch around none that changed", () => {
  const [text, ...others] = patch(draft, "text", { body: "Hi" }).steps;
  expect(text).not.toBe(draft.steps[0]);
  for (const [n, other] of others.entries()) expect(other).toBe(draft.steps[n + 1]);
  const inBranch = find(patch(draft, "c", { body: "Hi" }), "branch")?.step;
  expect(inBranch?.otherwise).not.toBe(draft.steps[2]?.otherwise);
  expect(inBranch?.cases).toBe(draft.steps[2]?.cases);
});

test("undo goes back change by change; what is typed in one go is one change; a new change forgets what was undone", () => {
  const typed = (body: string) => patch(draft, "text", { body });
  let history = begin(draft);
  for (const [n, body] of ["H", "Hi", "Hi!"].entries())
    history = step(history, { do: "edit", draft: typed(body), field: "text.body", at: n * 100 });
  history = step(history, { do: "edit", draft: remove(history.now, "last"), at: 400 });
  history = step(history, { do: "undo" });
  expect(history.now).toEqual(typed("Hi!"));
  history = step(history, { do: "undo" });
  expect(history.now).toBe(draft);
  expect(step(history, { do: "undo" })).toBe(history);
  history = step(step(history, { do: "redo" }), { do: "edit", draft: typed("Bye"), field: "text.body", at: 500 });
  expect(history.future).toEqual([]);
  expect(history.past).toHaveLength(2);
});
