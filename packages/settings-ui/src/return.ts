/** Where to go back to after a trip to a vendor's own page, kept while this tab lives. */
const KEPT = "junction-return";

export const keepReturn = (path: string): void => sessionStorage.setItem(KEPT, path);
export const dropReturn = (): void => sessionStorage.removeItem(KEPT);
export const keptReturn = (): string | null => sessionStorage.getItem(KEPT);
