/** Leads that came in through a page's forms. https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving */
import type { State } from "@junction/sandbox";

export interface Lead {
  readonly id: string;
  readonly page: string;
  readonly form_id: string;
  readonly at: number;
  readonly field_data: readonly { readonly name: string; readonly values: readonly string[] }[];
}
export const leadsOf = (state: State) => state.collection<Lead>("leads");

export const shown = ({ id, form_id, at, field_data }: Lead, fields: readonly string[]) => {
  const all = {
    created_time: `${new Date(at).toISOString().slice(0, 19)}+0000`,
    ad_id: "120210000000000123",
    campaign_id: "120210000000000456",
    form_id,
    field_data,
  };
  return { ...Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name))), id };
};
