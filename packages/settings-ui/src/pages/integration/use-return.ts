import { useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { dropReturn, keptReturn } from "../../return.ts";

/** Back from the vendor's own page: where the trip began, if that was elsewhere than here, with what became of it. */
export function useReturn(): string | null {
  const [search] = useSearchParams();
  const [back] = useState(() => {
    const kept = search.has("grant") ? keptReturn() : null;
    if (kept === null) return null;
    const [path = "", query = ""] = kept.split("?");
    return `${path}?${new URLSearchParams([...new URLSearchParams(query), ...search])}`;
  });
  useEffect(() => {
    if (back !== null) dropReturn();
  }, [back]);
  return back;
}
