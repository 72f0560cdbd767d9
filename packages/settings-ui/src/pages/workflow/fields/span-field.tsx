/** A length of time: a number and its unit. */
import { Input, NativeSelect, NumberInput } from "@mantine/core";
import { useId } from "react";
import look from "./fields.module.css";

const UNITS = [
  { unit: "D", label: "days", most: 365, write: (n: number) => `P${n}D`, ms: 86_400_000 },
  { unit: "H", label: "hours", most: 999, write: (n: number) => `PT${n}H`, ms: 3_600_000 },
  { unit: "M", label: "minutes", most: 9999, write: (n: number) => `PT${n}M`, ms: 60_000 },
  { unit: "S", label: "seconds", most: 99_999, write: (n: number) => `PT${n}S`, ms: 1000 },
] as const;
const PARTS = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The largest unit in which it is a whole number. */
function read(span: string): { readonly n: number; readonly unit: string } {
  const [, ...parts] = PARTS.exec(span) ?? [];
  const ms = UNITS.reduce((sum, { ms: each }, index) => sum + Number(parts[index] ?? 0) * each, 0);
  const fits = UNITS.find(({ ms: each }) => ms > 0 && ms % each === 0) ?? UNITS[0];
  return { n: ms / fits.ms, unit: fits.unit };
}

interface SpanFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (span: string) => void;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly readOnly?: boolean | undefined;
}

export function SpanField({ label, value, onChange, description, error, readOnly = false }: SpanFieldProps) {
  const id = useId();
  const { n, unit } = read(value);
  const write = (amount: number, as: string) => {
    const { write: written, most } = UNITS.find((each) => each.unit === as) ?? UNITS[0];
    onChange(written(Math.max(0, Math.min(most, Math.round(amount)))));
  };
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={error}
      inputWrapperOrder={["label", "input", "error", "description"]}
    >
      <div className={look["span"]}>
        <NumberInput
          id={id}
          value={n}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          readOnly={readOnly}
          error={error !== undefined}
          onChange={(amount) => write(Number(amount), unit)}
        />
        <NativeSelect
          aria-label={`${label}: unit`}
          value={unit}
          disabled={readOnly}
          data={UNITS.map((each) => ({ value: each.unit, label: each.label }))}
          onChange={({ currentTarget }) => write(n, currentTarget.value)}
        />
      </div>
    </Input.Wrapper>
  );
}
