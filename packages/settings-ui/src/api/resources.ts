/** What a step needs by id: phone numbers, assistants, templates, the CRM's fields. Read page by page, and only when someone looks. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, queryOf } from "./ask.ts";

export type ResourceType =
  | "phone_number"
  | "ai_phone_number"
  | "assistant"
  | "calendar"
  | "page"
  | "whatsapp_template"
  | "email_template"
  | "subscription"
  | "crm_field";
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly detail?: string | null | undefined;
  readonly usable: boolean;
}
interface ResourcePage {
  readonly items: readonly Resource[];
  readonly next: string | null;
  readonly source: { readonly vendor: string } | null;
  readonly connected: boolean;
  readonly connect_url?: string | null | undefined;
}
const FRESH_MS = 60_000;

export const resources = (type: ResourceType, query = "", vendor?: string) =>
  infiniteQueryOptions({
    queryKey: ["resources", type, vendor ?? "", query],
    queryFn: ({ pageParam }) => ask<ResourcePage>("GET", `/resources/${type}${queryOf({ query, vendor, cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly text: string;
  readonly updated_at?: number;
}
export type NewTemplate = Pick<Template, "name" | "subject" | "text">;

export const templates = queryOptions({
  queryKey: ["templates"],
  queryFn: async () => (await ask<{ templates: Template[] }>("GET", "/templates")).templates,
});
export const saveTemplate = (id: string | null, template: NewTemplate) =>
  id === null ? ask<Template>("POST", "/templates", template) : ask<Template>("PUT", `/templates/${encodeURIComponent(id)}`, template);
export const deleteTemplate = (id: string) => ask("DELETE", `/templates/${encodeURIComponent(id)}`);
