/** Paid ads: campaigns, what they cost and brought, the words they are shown for, and telling the ad platform of jobs that were booked. */
import { NAMES_VENDOR } from "@junction/core";
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Cents, Currency, EmailAddress, Instant, Phone } from "./words.ts";

const Platform = z.optional(
  z.enum(["google-ads", "meta-ads"]).check(
    z.meta({
      description: "google-ads, or meta-ads for Facebook and Instagram; left out, the one the contractor prefers",
      [NAMES_VENDOR]: true,
    }),
  ),
);
const AccountId = z.optional(
  z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9_~-]{1,64}$/),
      z.describe("which ad account, an id that crm/list_ad_accounts gave; left out, the contractor's main one"),
    ),
);
const CampaignId = z.string().check(z.regex(/^[A-Za-z0-9_~-]{1,64}$/), z.describe("the campaign_id that crm/list_campaigns gave"));
const Page = z.optional(z.string().check(z.minLength(1), z.maxLength(2000), z.describe("the next_page of the answer before")));
const Day = (which: string) =>
  z.iso.date().check(z.describe(`the ${which} day counted, in the ad account's time zone, such as 2026-11-01`));
const AdStatus = z.enum(["active", "paused"]);
const Campaign = z.object({
  campaign_id: z.string(),
  name: z.string(),
  status: z.enum(["active", "paused", "ended"]).check(z.describe("ended: it is over or removed, and cannot be started again")),
  detail: z.optional(z.string().check(z.describe("why it is not being shown, where the platform says so"))),
  daily_budget_cents: z.optional(z.int().check(z.describe("absent: its budget is not one for a day, or not set on the campaign"))),
  total_budget_cents: z.optional(z.int().check(z.describe("what it may spend in all, where it has such a limit"))),
  budget_shared: z.boolean().check(z.describe("true: other campaigns spend from the same budget")),
  currency: z.string(),
});

export const listAdAccounts = tool({
  id: "crm/list_ad_accounts",
  title: "List ad accounts",
  description: "Lists the contractor's ad accounts. It is only needed where there is more than one.",
  effect: "read",
  input: z.strictObject({ platform: Platform, page: Page }),
  output: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        detail: z.optional(z.string().check(z.describe("its currency, or why it is not usable"))),
        usable: z.boolean().check(z.describe("false: it is closed, disabled or in debt")),
      }),
    ),
    next_page: z.optional(z.string()),
  }),
});

export const listCampaigns = tool({
  id: "crm/list_campaigns",
  title: "List ad campaigns",
  description:
    "Lists the contractor's ad campaigns on one platform with their state and budget. For what they cost and brought use crm/get_ad_performance.",
  effect: "read",
  input: z.strictObject({
    platform: Platform,
    account_id: AccountId,
    status: z.optional(AdStatus.check(z.describe("only the active or only the paused ones; left out, all but removed ones"))),
    page: Page,
  }),
  output: z.object({ campaigns: z.array(Campaign), next_page: z.optional(z.string()) }),
});

export const updateCampaign = tool({
  id: "crm/update_campaign",
  title: "Change an ad campaign",
  description:
    "Pauses or resumes an ad campaign, or changes its daily budget or its name; fields left out stay as they are. A resumed campaign or a higher budget spends the contractor's money from the same minute.",
  effect: "spend",
  passesOn: true,
  input: z.strictObject({
    platform: Platform,
    account_id: AccountId,
    campaign_id: CampaignId,
    status: z.optional(AdStatus.check(z.describe("active to resume it, paused to stop its ads"))),
    daily_budget_cents: z.optional(Cents.check(z.describe("what it may spend a day, in the smallest unit of the account's currency"))),
    name: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(255), z.describe("its new name, 1 to 255 characters"))),
  }),
  output: Campaign,
});

export const getAdPerformance = tool({
  id: "crm/get_ad_performance",
  title: "See how ads perform",
  description:
    "Says what each ad campaign cost and brought between two days: spend, impressions, clicks, leads and cost per lead. Campaigns that were not shown are left out.",
  effect: "read",
  input: z.strictObject({
    platform: Platform,
    account_id: AccountId,
    campaign_id: z.optional(CampaignId.check(z.describe("only this campaign; left out, all"))),
    from: Day("first"),
    until: Day("last"),
    page: Page,
  }),
  output: z.object({
    currency: z.string(),
    campaigns: z.array(
      z.object({
        campaign_id: z.string(),
        name: z.string(),
        spend_cents: z.int(),
        impressions: z.int(),
        clicks: z.int(),
        leads: z.number().check(z.describe("what the platform counts as leads or conversions; it may be a fraction")),
        cost_per_lead_cents: z.optional(z.int().check(z.describe("absent: there was no lead"))),
      }),
    ),
    next_page: z.optional(z.string()),
  }),
});

const Keyword = z.object({
  keyword_id: z.string(),
  campaign_id: z.string(),
  ad_group: z.string().check(z.describe("the name of the ad group it is in")),
  text: z.string(),
  match: z.enum(["exact", "phrase", "broad"]),
  status: AdStatus,
  excluded: z.boolean().check(z.describe("true: ads are not shown to those who search for it")),
  bid_cents: z.optional(z.int().check(z.describe("the most a click may cost, where it has a bid of its own"))),
});

export const listKeywords = tool({
  id: "crm/list_keywords",
  title: "List ad keywords",
  description: "Lists the words people search for that the contractor's ads are shown for, and those excluded.",
  effect: "read",
  input: z.strictObject({
    account_id: AccountId,
    campaign_id: z.optional(CampaignId.check(z.describe("only of this campaign; left out, of all"))),
    page: Page,
  }),
  output: z.object({ keywords: z.array(Keyword), next_page: z.optional(z.string()) }),
});

export const updateKeyword = tool({
  id: "crm/update_keyword",
  title: "Change an ad keyword",
  description:
    "Pauses or resumes one keyword of the contractor's search ads, or changes the most a click on it may cost. A resumed keyword or a higher bid spends money from the same minute.",
  effect: "spend",
  input: z.strictObject({
    account_id: AccountId,
    keyword_id: z.string().check(z.regex(/^[A-Za-z0-9_~-]{1,64}$/), z.describe("the keyword_id that crm/list_keywords gave")),
    status: z.optional(AdStatus.check(z.describe("active to resume it, paused to stop it"))),
    bid_cents: z.optional(Cents.check(z.describe("the most a click may cost, in the smallest unit of the account's currency"))),
  }),
  output: Keyword,
});

const PageId = z.optional(
  z.string().check(z.regex(/^\d{1,32}$/), z.describe("the social page the forms belong to; left out, the contractor's only or first one")),
);

export const listLeadForms = tool({
  id: "crm/list_lead_forms",
  title: "List lead forms",
  description: "Lists the forms people fill in from the contractor's lead ads, and how many leads each brought.",
  effect: "read",
  input: z.strictObject({ page_id: PageId, page: Page }),
  output: z.object({
    forms: z.array(
      z.object({
        form_id: z.string(),
        name: z.string(),
        status: z.enum(["active", "archived", "draft"]),
        leads: z.optional(z.int()),
        created_at: z.optional(z.string()),
      }),
    ),
    page_id: z.string(),
    next_page: z.optional(z.string()),
  }),
});

export const createLeadForm = tool({
  id: "crm/create_lead_form",
  title: "Create a lead form",
  description:
    "Makes a form that people fill in from a lead ad, with the given questions. It is shown to no one until an ad uses it, and cannot be changed afterwards.",
  effect: "write",
  input: z.strictObject({
    page_id: PageId,
    name: z
      .string()
      .check(
        z.trim(),
        z.minLength(1),
        z.maxLength(100),
        z.describe("what the contractor knows it by, 1 to 100 characters, unlike any other form's"),
      ),
    headline: z.optional(
      z.string().check(z.trim(), z.minLength(1), z.maxLength(60), z.describe("what stands above the questions, up to 60 characters")),
    ),
    questions: z
      .array(z.enum(["full_name", "email", "phone", "street_address", "city", "state", "zip"]))
      .check(z.minLength(1), z.maxLength(7), z.describe("what is asked that the platform may fill in by itself")),
    own_questions: z._default(
      z
        .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))
        .check(z.maxLength(10), z.describe("questions in the contractor's own words, such as What needs repair?")),
      [],
    ),
    privacy_policy_url: z
      .url({ protocol: /^https$/ })
      .check(z.maxLength(1000), z.describe("the contractor's privacy policy, an https address")),
    website_url: z.optional(
      z.url({ protocol: /^https$/ }).check(z.maxLength(1000), z.describe("where people may go after sending it, an https address")),
    ),
  }),
  output: z.object({ form_id: z.string(), page_id: z.string() }),
});

export const reportConversion = tool({
  id: "crm/report_conversion",
  title: "Report a booked job to the ad platform",
  description:
    "Tells the ad platform that a lead it brought became a booked job, so that it finds more of the kind. Give click_id, or the customer's email or phone. The same transaction_id counts once.",
  effect: "write",
  input: z.strictObject({
    account_id: AccountId,
    goal_id: z.optional(
      z
        .string()
        .check(
          z.regex(/^\d{1,20}$/),
          z.describe("which conversion goal it counts for, by its number; left out, the account's only one for uploads"),
        ),
    ),
    transaction_id: z.string().check(z.minLength(1), z.maxLength(64), z.describe("the job's or invoice's own number, up to 64 characters")),
    happened_at: Instant.check(z.describe("when the job was booked, as an ISO 8601 date and time with offset")),
    value_cents: z.optional(Cents.check(z.describe("what the job is worth, in the currency's smallest unit"))),
    currency: Currency,
    click_id: z.optional(
      z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,500}$/), z.describe("the gclid with which the lead's click came to the website")),
    ),
    email: z.optional(EmailAddress),
    phone: z.optional(Phone),
  }),
  output: z.object({
    transaction_id: z.string(),
    status: z.enum(["accepted"]).check(z.describe("the platform counts it within hours, if it knows the click or the person")),
  }),
});
