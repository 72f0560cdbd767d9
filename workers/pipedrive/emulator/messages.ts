/** A message of Pipedrive's webhooks, version 2; ids are texts in its `meta`. https://pipedrive.readme.io/docs/guide-for-webhooks-v2 */
import { COMPANY, HOME } from "./company.ts";

export function told(
  action: "create" | "change" | "delete",
  entity: "person" | "lead",
  entity_id: string | number,
  about: { readonly id: string; readonly now: number; readonly source?: "app" | "api" },
  data: object | null,
  previous: object | null,
) {
  const meta = {
    ...{ action, entity, entity_id: String(entity_id), id: crypto.randomUUID(), company_id: String(COMPANY.company_id) },
    ...{ correlation_id: about.id, user_id: "1", permitted_user_ids: ["1"], change_source: about.source ?? "app", is_bulk_edit: false },
    ...{ attempt: 1, host: HOME, type: "general" },
    ...{ timestamp: new Date(about.now).toISOString(), version: "2.0", webhook_id: "42", webhook_owner_id: "1" },
  };
  return { type: "application/json", body: JSON.stringify({ meta, data, previous }) };
}
