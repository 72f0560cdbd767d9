import { createContext, use } from "react";
import type { Session } from "../api/queries.ts";

/** Who is signed in. */
export const Viewer = createContext<Session | null>(null);

export function useViewer(): Session {
  const viewer = use(Viewer);
  if (!viewer) throw new Error("nobody is signed in here");
  return viewer;
}

/** Owners change things; everyone else only reads. */
export const useMayChange = (): boolean => useViewer().role === "owner";
