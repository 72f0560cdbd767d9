/** What runs that are work in the background have in the place of a workflow's id. It stands alone, so that a browser loads no schema for it. */
export const WORK = "work";
