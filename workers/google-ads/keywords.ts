/** The words that search ads are shown for. */
import { type Http, refuse } from "@junction/kit";
import { listKeywords, updateKeyword } from "@junction/tools";
import * as z from "zod/mini";
import { accountOf } from "./account.ts";
import { type Customer, centsOf, gaql, microsOf, mutate, type Query, search } from "./gaql.ts";
import { ADS, google } from "./manifest.ts";

const Row = z.object({
  adGroupCriterion: z.object({
    criterionId: z.string(),
    status: z._default(z.string(), "ENABLED"),
    negative: z._default(z.boolean(), false),
    cpcBidMicros: z.optional(z.string()),
    keyword: z.object({ text: z.string(), matchType: z.string() }),
  }),
  adGroup: z.object({ id: z.string(), name: z.string() }),
  campaign: z.object({ id: z.string() }),
  customer: z.object({ currencyCode: z.string() }),
});
type Row = z.output<typeof Row>;
const PAGE = 200;
const FIELDS = gaql`ad_group_criterion.criterion_id, ad_group_criterion.status, ad_group_criterion.negative, ad_group_criterion.cpc_bid_micros,
  ad_group_criterion.keyword.text, ad_group_criterion.keyword.match_type, ad_group.id, ad_group.name, campaign.id, customer.currency_code`;
const MATCH: Readonly<Record<string, "exact" | "phrase">> = { EXACT: "exact", PHRASE: "phrase" };

const idOf = ({ adGroup, adGroupCriterion }: Row): string => `${adGroup.id}~${adGroupCriterion.criterionId}`;
const shown = (row: Row) => {
  const { keyword, status, negative, cpcBidMicros } = row.adGroupCriterion;
  return {
    keyword_id: idOf(row),
    campaign_id: row.campaign.id,
    ad_group: row.adGroup.name,
    text: keyword.text,
    match: MATCH[keyword.matchType] ?? ("broad" as const),
    status: status === "ENABLED" ? ("active" as const) : ("paused" as const),
    excluded: negative,
    bid_cents: cpcBidMicros === undefined ? undefined : centsOf(cpcBidMicros, row.customer.currencyCode),
  };
};
/** An ad group and a criterion in it: one keyword may be in several groups under the same number. */
function parts(id: string, name: string): readonly [string, string] {
  const [, group, criterion] = /^(\d{1,20})~(\d{1,20})$/.exec(id) ?? [];
  if (group !== undefined && criterion !== undefined) return [group, criterion];
  return refuse({ kind: "InvalidRequest", issues: [`${name} must be one that crm/list_keywords gave, such as 123~456`] });
}

const keywords = (http: Http, of: Customer, where: Query, most: number) =>
  search(
    http,
    of,
    gaql`SELECT ${{ part: FIELDS }} FROM ad_group_criterion WHERE ad_group_criterion.type = ${"KEYWORD"}
      AND ad_group_criterion.status IN (${"ENABLED"}, ${"PAUSED"}) AND ${{ part: where }}
      ORDER BY ad_group.id, ad_group_criterion.criterion_id LIMIT ${most}`,
    Row,
  );

export const list = google.implement(listKeywords, {
  scopes: [ADS],
  async run({ http, account, input: { account_id, campaign_id, page } }) {
    const of = accountOf(account_id, account);
    const [group, criterion] = page === undefined ? ["0", "0"] : parts(page, "page");
    const campaign = campaign_id === undefined ? gaql`campaign.id > 0` : gaql`campaign.id = ${campaign_id}`;
    // The rest of the group that the last page ended in, then the groups after it: the language has no OR.
    const rest =
      page === undefined
        ? []
        : await keywords(
            http,
            of,
            gaql`${{ part: campaign }} AND ad_group.id = ${group} AND ad_group_criterion.criterion_id > ${criterion}`,
            PAGE,
          );
    const room = PAGE - rest.length;
    const more = room > 0 ? await keywords(http, of, gaql`${{ part: campaign }} AND ad_group.id > ${group}`, room) : [];
    const rows = [...rest, ...more];
    const last = rows.at(-1);
    return { keywords: rows.map(shown), next_page: rows.length === PAGE && last ? idOf(last) : undefined };
  },
});

export const update = google.implement(updateKeyword, {
  scopes: [ADS],
  idempotent: true, // the same values again change nothing
  async run({ http, account, input: { account_id, keyword_id, status, bid_cents } }) {
    const of = accountOf(account_id, account);
    const [group, criterion] = parts(keyword_id, "keyword_id");
    const where = gaql`ad_group.id = ${group} AND ad_group_criterion.criterion_id = ${criterion}`;
    const [found] = await keywords(http, of, where, 1);
    if (!found) return refuse({ kind: "NotFound" });
    if (found.adGroupCriterion.negative)
      refuse({
        kind: "InvalidRequest",
        issues: ["keyword_id: an excluded keyword is neither paused nor bid for; change it in Google Ads"],
      });
    const cpcBidMicros = bid_cents === undefined ? undefined : microsOf(bid_cents, found.customer.currencyCode);
    const state = status && (status === "active" ? "ENABLED" : "PAUSED");
    await mutate(http, of, "adGroupCriteria", `${group}~${criterion}`, { status: state, cpcBidMicros });
    const adGroupCriterion = { ...found.adGroupCriterion, ...(state && { status: state }), ...(cpcBidMicros && { cpcBidMicros }) };
    return shown({ ...found, adGroupCriterion });
  },
});
