/** Integrations that are planned: shown with their badge, and nothing to connect or to configure. */
import type { CatalogPlanned } from "@junction/core";
import { Refused } from "./api/problem.ts";

/** One on the roadmap: it has its badge, and nothing to configure. */
export const onRoadmap = ({ id, name, category, powers }: CatalogPlanned) => ({
  ...{ vendor: id, name, category, powers, credential_type: null, status: "planned" as const, stale: false, because: null },
  ...{ account: null, connected_at: null, next_test_at: null, scopes: [] },
});

/** The refusal of whatever is asked of an integration that is planned. */
export const notYet = ({ name }: CatalogPlanned): Refused =>
  new Refused(409, { kind: "Planned", message: `${name} is planned: there is nothing to connect or to configure yet.` });
