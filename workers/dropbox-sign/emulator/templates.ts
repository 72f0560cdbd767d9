/** Dropbox Sign's templates. */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import { error } from "./requests.ts";

interface Template {
  readonly template_id: string;
  readonly title: string;
  readonly is_locked: boolean;
  readonly roles: readonly string[];
  readonly fields: readonly string[];
}
const TEMPLATES: readonly Template[] = [
  {
    ...{ template_id: "c26b8a16784a872da37ea946b9ddec7c1e11dff6", title: "Maintenance agreement", is_locked: false },
    ...{ roles: ["Customer", "Contractor"], fields: ["address", "price"] },
  },
  { template_id: "61a832ff0d8423f91d503e76bfbcc750f7417c78", title: "Warranty", is_locked: false, roles: ["Customer"], fields: [] },
  { template_id: "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233a", title: "Old lease", is_locked: true, roles: ["Customer"], fields: [] },
];

export const templateNamed = (id: string): Template =>
  TEMPLATES.find(({ template_id }) => template_id === id) ?? refuse(error(404, "not_found", "Template not found"));

const shown = ({ template_id, title, is_locked, roles, fields }: Template) => ({
  ...{ template_id, title, message: "", is_embedded: false, is_creator: true, can_edit: true, is_locked, metadata: {} },
  signer_roles: roles.map((name, order) => ({ name, order })),
  cc_roles: [],
  documents: [{ name: `${title}.pdf`, index: 0, form_fields: [], custom_fields: fields.map((name) => ({ name, type: "text" })) }],
});

export function listTemplates(call: Call): Reply {
  const [page, page_size] = [Number(call.query.get("page") ?? 1), Number(call.query.get("page_size") ?? 20)];
  if (!Number.isInteger(page) || page < 1) return error(400, "bad_request", "Invalid page", "page");
  if (!Number.isInteger(page_size) || page_size < 1 || page_size > 100) return error(400, "bad_request", "Invalid page_size", "page_size");
  const size = Math.min(page_size, 2); // few as they are, they have a second page
  const num_pages = Math.ceil(TEMPLATES.length / size);
  const templates = TEMPLATES.slice((page - 1) * size, page * size).map(shown);
  return json(200, { templates, list_info: { page, num_pages, num_results: TEMPLATES.length, page_size: size } });
}

export const getTemplate = (call: Call): Reply => json(200, { template: shown(templateNamed(call.param("template"))) });
