/** A text with placeholders: typing {{ lists what may be named here. */
import { ActionIcon, Popover, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, type KeyboardEvent, use, useId, useLayoutEffect, useRef, useState } from "react";
import { type Placeholder, placeholders } from "../../../api/workflows.ts";
import { RevisionContext, useBuilder } from "../builder.ts";
import look from "./fields.module.css";

interface TemplateFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whose scope it is: what comes before this step may be named. */
  readonly step: string;
  readonly error?: string | undefined;
  readonly description?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly lines?: number | undefined;
  readonly most?: number | undefined;
  readonly required?: boolean | undefined;
  readonly hideLabel?: boolean | undefined;
}

const OPENED = /\{\{\s*([\w.]*)$/;
const MOST_SHOWN = 60;

export function TemplateField({
  label,
  value,
  onChange,
  step,
  error,
  description,
  placeholder,
  lines = 1,
  most,
  required = false,
  hideLabel = false,
}: TemplateFieldProps) {
  const { id, mayChange } = useBuilder();
  const revision = use(RevisionContext);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const list = useId();
  const { data: known = [] } = useQuery({ ...placeholders(id, step, revision), enabled: typed !== null });
  const fits = typed === null ? [] : fitting(known, typed);
  const open = typed !== null && fits.length > 0;

  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const notice = () => {
    const at = field.current?.selectionStart ?? 0;
    const found = OPENED.exec((field.current?.value ?? "").slice(0, at));
    setTyped(found?.[1] ?? null);
    setActive(0);
  };
  const put = (from: number, to: number, text: string) => {
    const now = field.current?.value ?? value;
    caret.current = from + text.length;
    onChange(now.slice(0, from) + text + now.slice(to));
  };
  const choose = ({ name, unsure, open: begins }: Placeholder) => {
    const at = field.current?.selectionStart ?? 0;
    const now = field.current?.value ?? "";
    const from = at - (OPENED.exec(now.slice(0, at))?.[0].length ?? 0);
    const closed = /^\s*\}\}/.exec(now.slice(at))?.[0].length ?? 0;
    put(from, at + closed, `{{${name}${unsure ? "|" : ""}}}`);
    // A fallback, or the rest of the name, is typed next.
    if ((unsure || begins) && caret.current !== null) caret.current -= 2;
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const by = moves[event.key];
    const chosen = fits[active];
    if (by !== undefined) setActive((active + by + fits.length) % fits.length);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) choose(chosen);
    else if (event.key === "Escape") setTyped(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const insert = () => {
    const at = field.current?.selectionStart ?? value.length;
    put(at, at, "{{");
    setTyped("");
    setActive(0);
  };

  const common = {
    ref: field,
    label: hideLabel ? undefined : label,
    "aria-label": hideLabel ? label : undefined,
    value,
    error: open ? undefined : error, // while a name is chosen it is not yet wrong
    placeholder,
    description,
    withAsterisk: required,
    readOnly: !mayChange,
    "aria-autocomplete": "list" as const,
    "aria-controls": open ? list : undefined,
    "aria-activedescendant": open ? `${list}-${active}` : undefined,
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement & HTMLTextAreaElement>) => {
      onChange(most === undefined ? currentTarget.value : currentTarget.value.slice(0, most));
      notice();
    },
    onKeyDown,
    onClick: notice,
    onBlur: () => setTyped(null),
    rightSection: mayChange ? (
      <Tooltip label="Insert a placeholder">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Insert a placeholder into ${label}`}
          onMouseDown={(event) => event.preventDefault()}
          onClick={insert}
        >
          <IconBraces size={15} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    ) : undefined,
    inputWrapperOrder: ["label" as const, "input" as const, "error" as const, "description" as const],
  };
  return (
    <Popover
      opened={open}
      position="bottom-start"
      width="target"
      shadow="md"
      withRoles={false}
      trapFocus={false}
      returnFocus={false}
      offset={4}
      withinPortal
    >
      <Popover.Target>
        <div>
          {lines > 1 ? (
            <Textarea {...common} autosize minRows={lines} maxRows={14} classNames={{ section: look["topSection"] ?? "" }} />
          ) : (
            <TextInput {...common} />
          )}
        </div>
      </Popover.Target>
      <Popover.Dropdown p={4} className={look["dropdown"] ?? ""}>
        <div id={list} role="listbox" aria-label="Placeholders" className={look["options"]}>
          {fits.map((each, index) => (
            <Option key={each.name} id={`${list}-${index}`} placeholder={each} active={index === active} onChoose={() => choose(each)} />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

interface OptionProps {
  readonly id: string;
  readonly placeholder: Placeholder;
  readonly active: boolean;
  readonly onChoose: () => void;
}

function Option({ id, placeholder: { name, words, unsure, open }, active, onChoose }: OptionProps) {
  const here = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (active) here.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // The keyboard stays in the text: its arrows and Enter choose.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      ref={here}
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      className={look["option"]}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <code>{`{{${name}${open ? "…" : ""}}}`}</code>
      <span>
        {words}
        {unsure && " · say what stands there if it has no value"}
      </span>
    </div>
  );
}

/** Those that begin with what is typed, then those that hold it. */
function fitting(known: readonly Placeholder[], typed: string): readonly Placeholder[] {
  const wanted = typed.toLowerCase();
  const begins = known.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const holds = known.filter((each) => !begins.includes(each) && each.name.toLowerCase().includes(wanted));
  return [...begins, ...holds].slice(0, MOST_SHOWN);
}
