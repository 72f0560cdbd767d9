/** When something holds: what is looked at, how, and against what. */
import { NativeSelect } from "@mantine/core";
import { useBuilder } from "../builder.ts";
import type { Condition } from "../draft.ts";
import look from "./fields.module.css";
import { TemplateField } from "./template-field.tsx";

const IS: Readonly<Record<Condition["is"], string>> = {
  equal: "is",
  not_equal: "is not",
  contains: "contains",
  empty: "is empty",
  not_empty: "is not empty",
  greater: "is more than",
  less: "is less than",
};
const ALONE: ReadonlySet<string> = new Set(["empty", "not_empty"]);
const isIs = (text: string): text is Condition["is"] => text in IS;

export const conditionWords = ({ left, is, right = "" }: Condition): string =>
  `${left.replace(/\{\{\s*(?:steps\.)?([^|}]*?)\s*(?:\|[^}]*)?\}\}/g, "$1")} ${IS[is]}${ALONE.has(is) ? "" : ` “${right}”`}`;

interface ConditionFieldsProps {
  readonly when: Condition;
  readonly step: string;
  readonly onChange: (when: Condition) => void;
  readonly errors?: { readonly left?: string | undefined; readonly right?: string | undefined };
}

export function ConditionFields({ when, step, onChange, errors = {} }: ConditionFieldsProps) {
  const { mayChange } = useBuilder();
  return (
    <div className={look["row"]}>
      <TemplateField
        label="What is looked at"
        hideLabel
        value={when.left}
        step={step}
        placeholder="{{callStatus}}"
        error={errors.left}
        onChange={(left) => onChange({ ...when, left })}
      />
      <NativeSelect
        aria-label="How it is compared"
        value={when.is}
        disabled={!mayChange}
        data={Object.entries(IS).map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget: { value } }) => {
          if (!isIs(value)) return;
          const { right, ...rest } = when;
          onChange(ALONE.has(value) ? { ...rest, is: value } : { ...rest, is: value, right: right ?? "" });
        }}
      />
      {!ALONE.has(when.is) && (
        <TemplateField
          label="What it is compared with"
          hideLabel
          value={when.right ?? ""}
          step={step}
          placeholder="no-answer"
          error={errors.right}
          onChange={(right) => onChange({ ...when, right })}
        />
      )}
    </div>
  );
}
