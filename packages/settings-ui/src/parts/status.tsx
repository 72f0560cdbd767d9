import { STATUS, type Status } from "../words.ts";
import look from "./status.module.css";

/** The light and its word: never colour alone. */
export function StatusBadge({ status }: { readonly status: Status }) {
  return (
    <span className={`${look["badge"]} ${look[status]}`} data-status={status}>
      <span className={look["dot"]} aria-hidden="true" />
      {STATUS[status]}
    </span>
  );
}

/** A small coloured word for how something ended. */
export function Tag({ tone, children }: { readonly tone: Status; readonly children: React.ReactNode }) {
  return (
    <span className={`${look["badge"]} ${look[tone]}`}>
      <span className={look["dot"]} aria-hidden="true" />
      {children}
    </span>
  );
}
