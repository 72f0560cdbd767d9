/** What a step's fields are, stated once: the builder draws them, the checks read them, and what a step needs is found in them. */
import type { Goes } from "./template.ts";

/** What is chosen by id, and which tool lists it; the others are the contractor's own records here. */
export const RESOURCES = {
  phone_number: { title: "Phone number", tool: "crm/list_phone_numbers" },
  ai_phone_number: { title: "Number the assistant calls from", tool: "crm/list_ai_phone_numbers" },
  assistant: { title: "AI assistant", tool: "crm/list_ai_assistants" },
  calendar: { title: "Calendar", tool: "crm/list_calendars" },
  page: { title: "Social page", tool: "crm/list_social_pages" },
  whatsapp_template: { title: "WhatsApp template", tool: "crm/list_whatsapp_templates" },
  whatsapp_number: { title: "WhatsApp number", tool: "crm/list_whatsapp_numbers" },
  whatsapp_account: { title: "WhatsApp account", tool: "crm/list_whatsapp_accounts" },
  crm_field: { title: "CRM field", tool: "crm/list_crm_fields" },
  email_template: { title: "Email template", tool: null },
  subscription: { title: "Webhook integration", tool: null },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly tool: string | null }>>;
export type ResourceType = keyof typeof RESOURCES;

/** One field of a step. `required`: activation asks for it. `either`: one of the fields of this name is enough. */
export type Field = {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly required?: boolean;
  readonly either?: string;
} & (
  | { readonly kind: "text"; readonly goes: Goes; readonly long?: boolean; readonly lenient?: boolean; readonly most: number }
  /** Texts in order, or by name. A named one may name a resource of the vendor that the field `of` holds. */
  | { readonly kind: "texts"; readonly goes: Goes; readonly most: number }
  | {
      readonly kind: "map";
      readonly goes: Goes;
      readonly keys: string;
      readonly resource?: ResourceType;
      readonly of?: string;
      readonly lenient: boolean;
    }
  | { readonly kind: "resource"; readonly resource: ResourceType }
  | { readonly kind: "choice"; readonly options: readonly { readonly value: string; readonly label: string }[] }
  | { readonly kind: "span" }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "event" }
  | { readonly kind: "tool" }
  | { readonly kind: "arguments" }
  | { readonly kind: "cases" }
);
