/** The filter, as the address bar holds it: a reload, a link and the way back keep it. */
import { useDebouncedValue } from "@mantine/hooks";
import type { EventFilter, Span } from "../../api/events.ts";
import { useParameters } from "../../use-parameters.ts";
import { isEventState, isEventType } from "./event-words.ts";

const HOUR = 3_600_000;
export const SPANS = {
  hour: { label: "Last hour", ms: HOUR },
  day: { label: "Last 24 hours", ms: 24 * HOUR },
  week: { label: "Last 7 days", ms: 168 * HOUR },
} as const;
type Recent = keyof typeof SPANS;
const isRecent = (text: string | null): text is Recent => text !== null && Object.hasOwn(SPANS, text);

export interface Chosen {
  readonly filter: EventFilter;
  /** A key of `SPANS`, `range`, or nothing. */
  readonly time: string;
  /** As the fields for a range hold them. */
  readonly range: { readonly from: string; readonly to: string };
  /** Something is filtered. */
  readonly narrowed: boolean;
  /** The event whose details are open. */
  readonly open: string | null;
  put(changes: Readonly<Record<string, string>>): void;
}

export function useFilter(): Chosen {
  const [search, put] = useParameters();
  const [type, state, time] = [search.get("type"), search.get("state"), search.get("time")];
  const range = { from: search.get("from") ?? "", to: search.get("to") ?? "" };
  // A date is typed digit by digit; what stands there in between is not asked for.
  const [from] = useDebouncedValue(range.from, 400);
  const [to] = useDebouncedValue(range.to, 400);
  return {
    filter: {
      vendor: search.get("vendor") ?? undefined,
      type: isEventType(type) ? type : undefined,
      state: isEventState(state) ? state : undefined,
      span: spanOf(time, { from, to }),
    },
    time: isRecent(time) || time === "range" ? time : "",
    range,
    narrowed: ["vendor", "type", "state", "time"].some((name) => search.has(name)),
    open: search.get("event"),
    put,
  };
}

function spanOf(time: string | null, { from, to }: { readonly from: string; readonly to: string }): Span {
  if (isRecent(time)) return { lastMs: SPANS[time].ms };
  if (time !== "range") return {};
  const [begin, end] = [moment(from), moment(to)];
  // The field names a minute: the end is its last moment.
  return { from: begin, to: end === undefined ? undefined : end + 59_999 };
}

/** What a `datetime-local` field holds, as a moment here. */
function moment(text: string): number | undefined {
  const at = Date.parse(text);
  return text === "" || Number.isNaN(at) ? undefined : at;
}
