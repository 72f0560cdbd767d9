import { useCallback } from "react";
import { useSearchParams } from "wouter";

/** What the address says behind its `?`, and what changes it in place: an empty value takes its name out. */
export function useParameters(): readonly [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const put = useCallback(
    (changes: Readonly<Record<string, string>>) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return [parameters, put];
}
