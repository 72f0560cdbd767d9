import { useMutation } from "@tanstack/react-query";
import { answer, api, type Problem, problemOf } from "../../api/client.ts";

interface Asked {
  readonly scopes?: "lacking";
  /** Another account may take the place of the one that is connected. */
  readonly replace?: boolean;
}
interface Grant {
  readonly go: (asked: Asked) => void;
  readonly leaving: boolean;
  readonly problem: Problem | undefined;
}

/** Asks where to send the browser, and sends it there. */
export function useGrant(vendor: string): Grant {
  const begin = useMutation({
    mutationFn: (json: Asked) => answer(api.connections[":vendor"].authorize.$post({ param: { vendor }, json })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return {
    go: begin.mutate,
    leaving: begin.isPending || begin.isSuccess, // the page is on its way out
    problem: begin.error ? problemOf(begin.error) : undefined,
  };
}
