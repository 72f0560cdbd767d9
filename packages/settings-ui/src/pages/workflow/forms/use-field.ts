import { type Fields, given, issueAt, textOf, useTroubles } from "../builder.ts";

export interface Bound {
  readonly value: string;
  readonly error: string | undefined;
  readonly step: string;
  readonly onChange: (text: string) => void;
}

/** A step's field as a form holds it: what it says, what is wrong with it, and how it is changed. What is emptied is left out. */
export function useField({ step, at, put }: Fields): (field: string) => Bound {
  const { issues, lacks } = useTroubles();
  return (field) => ({
    value: textOf(step, field),
    error: issueAt(issues, `${at}.${field}`) ?? lacks.find((lack) => lack.at === `${at}.${field}`)?.message,
    step: step.id,
    onChange: (text) => put({ [field]: given(text) }, field),
  });
}
