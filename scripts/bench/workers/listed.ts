/** The catalog's tools as MCP lists them, made once: what the low-level server answers with. */
import { catalog } from "@junction/catalog";

export const listed = catalog.tools.map(({ id, title, description, effect, input, output }) => ({
  name: id.replace(/[/-]/g, "_"),
  title,
  description,
  inputSchema: { ...input, type: "object" as const },
  outputSchema: { ...output, type: "object" as const },
  annotations: { title, readOnlyHint: effect === "read", openWorldHint: true },
}));
