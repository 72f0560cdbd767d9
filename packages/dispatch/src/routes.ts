/** Which vendor serves a tool. */
import { actionOf, vendorsServing } from "@junction/catalog";

/** The connections that serve a tool, first choice first: in the contractor's own order, then the default's, then in the order of connecting. */
export function servingOrder<C extends { readonly vendor: string; readonly connectedAt: number }>(
  tool: string,
  connected: readonly C[],
  route: readonly string[],
): C[] {
  const serving = new Set(vendorsServing(tool).map(({ id }) => id));
  const place = (vendor: string) => (route.includes(vendor) ? route.indexOf(vendor) : route.length);
  const second = (vendor: string) => (actionOf(vendor, tool)?.first ? 0 : 1);
  return connected
    .filter(({ vendor }) => serving.has(vendor))
    .sort((a, b) => place(a.vendor) - place(b.vendor) || second(a.vendor) - second(b.vendor) || a.connectedAt - b.connectedAt);
}
