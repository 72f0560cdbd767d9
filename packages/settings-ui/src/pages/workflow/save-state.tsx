import type { Issue } from "../../api/workflows.ts";
import look from "./builder.module.css";
import type { Saving } from "./use-draft.ts";

/** Whether what is on the screen is saved, and if not, why. */
export function SaveState({ saving, issues }: { readonly saving: Saving; readonly issues: readonly Issue[] }) {
  return (
    <span className={look["saved"]} role="status" data-saving={saving.is} data-wrong={saving.is === "refused"}>
      {words(saving, issues)}
    </span>
  );
}

function words(saving: Saving, issues: readonly Issue[]): string {
  switch (saving.is) {
    case "saved":
      return "Saved";
    case "changed":
    case "saving":
      return "Saving…";
    case "conflict":
      return "Not saved";
    case "refused":
      return issues.length > 0 ? `Not saved: ${issues[0]?.message ?? ""}` : `Not saved: ${saving.problem.message}`;
  }
}
