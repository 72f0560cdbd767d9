/** When something holds: what is looked at, how, and against what. */
import { NativeSelect } from "@mantine/core";
import { useBuilder } from "../builder.ts";
import { ALONE, IS, isIs } from "../condition-words.ts";
import type { Condition } from "../draft.ts";
import look from "./fields.module.css";
import { TemplateField } from "./template-field.tsx";

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
