/** Docusign's templates: documents whose roles and fields are set. */
import { type Call, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";
import { SITE } from "./accounts.ts";
import { bad, docusignError } from "./errors.ts";

const TEMPLATES = [
  {
    templateId: "2f6d1c3a-8b4e-4f5a-9c7d-0e1f2a3b4c5d",
    name: "Maintenance agreement",
    description: "A year of visits, signed by the customer and by us",
    roles: [
      { roleName: "Customer", fields: ["address", "price"] },
      { roleName: "Contractor", fields: [] },
    ],
  },
  {
    templateId: "6b1e2d4c-0a9f-4d3b-8e7c-5f4a3b2c1d0e",
    name: "Warranty",
    description: "",
    roles: [{ roleName: "Customer", fields: [] }],
  },
] as const;

const TextTab = z.looseObject({ tabLabel: z.string(), value: z.string() });
export const TemplateRoles = z.array(
  z.looseObject({
    roleName: z.string(),
    name: z.string().check(z.minLength(1)),
    email: z.string().check(z.minLength(3)),
    tabs: z.optional(z.looseObject({ textTabs: z._default(z.array(TextTab), []) })),
  }),
);

const missing = (): never => refuse(docusignError(400, "TEMPLATE_ID_INVALID", "Invalid template ID."));
const named = (id: string) => TEMPLATES.find(({ templateId }) => templateId === id.toLowerCase()) ?? missing();

/** What an envelope made from a template has. */
export function filled(id: string, given: z.output<typeof TemplateRoles>) {
  const { name, roles } = named(id);
  for (const { roleName } of given)
    if (!roles.some((role) => role.roleName === roleName)) bad("INVALID_TEMPLATE_ROLE", `The role ${roleName} is not of the template.`);
  const signers = roles.map(({ roleName, fields }, at) => {
    const one = given.find((role) => role.roleName === roleName);
    if (!one) return bad("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "The email address for the recipient is invalid.");
    const values = (one.tabs?.textTabs ?? []).filter(({ tabLabel }) => fields.some((field) => field === tabLabel));
    const order = at + 1;
    return { signer: { recipientId: String(order), routingOrder: order, roleName, name: one.name, email: one.email }, values };
  });
  return {
    name,
    signers: signers.map(({ signer }) => signer),
    fields: Object.fromEntries(signers.flatMap(({ values }) => values.map(({ tabLabel, value }) => [tabLabel, value]))),
  };
}

const shown = ({ templateId, name, description, roles }: (typeof TEMPLATES)[number], included: readonly string[]) => ({
  ...{ templateId, name, description, shared: "false", uri: `/templates/${templateId}` },
  ...(included.includes("recipients") && {
    recipients: {
      signers: roles.map(({ roleName, fields }, at) => ({
        ...{ recipientId: String(at + 1), routingOrder: String(at + 1), roleName, name: "", email: "", status: "created" },
        ...(included.includes("tabs") && { tabs: { textTabs: fields.map((tabLabel) => ({ tabLabel, value: "", tabType: "text" })) } }),
      })),
      recipientCount: String(roles.length),
    },
  }),
});
const included = (call: Call) => call.query.get("include")?.split(",") ?? [];

function list(call: Call): Reply {
  const [start, count] = [call.query.get("start_position") ?? "0", call.query.get("count") ?? "100"];
  if (!/^\d+$/.test(start) || !/^\d+$/.test(count))
    return bad("INVALID_REQUEST_PARAMETER", "Query parameter 'start_position' is no number.");
  const page = TEMPLATES.slice(Number(start), Number(start) + Number(count));
  const next = Number(start) + page.length;
  const uri = "/restapi/v2.1/templates";
  return json(200, {
    envelopeTemplates: page.map((one) => shown(one, included(call))),
    ...{ resultSetSize: String(page.length), startPosition: start, endPosition: String(next - 1), totalSetSize: String(TEMPLATES.length) },
    ...(next < TEMPLATES.length && { nextUri: `${uri}?start_position=${next}` }),
  });
}

const ALL = "/restapi/v2.1/accounts/:account/templates";
export const templateOperations: readonly Operation[] = [
  { name: "list_templates", method: "GET", host: SITE, path: ALL, run: list },
  {
    name: "get_template",
    method: "GET",
    host: SITE,
    path: `${ALL}/:template`,
    run: (call) => json(200, shown(named(call.param("template")), included(call))),
  },
];
