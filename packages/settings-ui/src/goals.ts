/** What was picked when getting started, kept while this tab lives, so that a trip to a vendor's page does not forget it. */
const KEPT = "junction-goals";

export const keptGoals = (): string[] => (sessionStorage.getItem(KEPT) ?? "").split(",").filter(Boolean);
export const keepGoals = (ids: readonly string[]): void => sessionStorage.setItem(KEPT, ids.join(","));
export const hasGoals = (): boolean => keptGoals().length > 0;
