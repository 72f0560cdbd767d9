/** What the ad accounts hold. */
import type { State } from "@junction/sandbox";

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  readonly status: "ENABLED" | "SUSPENDED";
  readonly manager: boolean;
  /** The manager it is reached through; absent: the login is its own. */
  readonly through?: number;
}
export const OWN = 4471029583;
export const MANAGER = 9001002003;
export const CUSTOMERS: readonly Customer[] = [
  { id: OWN, name: "Sandbox Plumbing", currency: "USD", status: "ENABLED", manager: false },
  { id: MANAGER, name: "Trades Agency", currency: "USD", status: "ENABLED", manager: true },
  { id: 5552221110, name: "Sandbox Roofing", currency: "JPY", status: "ENABLED", manager: false, through: MANAGER },
  { id: 5552221111, name: "Sandbox Gutters", currency: "USD", status: "SUSPENDED", manager: false, through: MANAGER },
];

export interface Budget {
  readonly id: number;
  readonly customer: number;
  readonly amountMicros: number;
  readonly shared: boolean;
}
export interface Campaign {
  readonly id: number;
  readonly customer: number;
  readonly name: string;
  readonly status: "ENABLED" | "PAUSED" | "REMOVED";
  readonly primaryStatus: string;
  readonly budget: number;
  readonly changed: number;
}
export interface Keyword {
  readonly group: number;
  readonly groupName: string;
  readonly id: number;
  readonly customer: number;
  readonly campaign: number;
  readonly text: string;
  readonly matchType: "EXACT" | "PHRASE" | "BROAD";
  readonly status: "ENABLED" | "PAUSED" | "REMOVED";
  readonly negative: boolean;
  readonly cpcBidMicros?: number;
  readonly changed: number;
}
export interface Goal {
  readonly id: number;
  readonly customer: number;
  readonly name: string;
  readonly status: "ENABLED" | "HIDDEN";
  readonly type: "UPLOAD_CLICKS" | "WEBPAGE";
}
export const budgetsOf = (state: State) => state.collection<Budget>("budgets");
export const campaignsOf = (state: State) => state.collection<Campaign>("campaigns");
export const keywordsOf = (state: State) => state.collection<Keyword>("keywords");
export const GOALS: readonly Goal[] = [
  { id: 700100, customer: OWN, name: "Call from the website", status: "ENABLED", type: "WEBPAGE" },
  { id: 700101, customer: OWN, name: "Booked job", status: "ENABLED", type: "UPLOAD_CLICKS" },
  { id: 700102, customer: OWN, name: "Old import", status: "HIDDEN", type: "UPLOAD_CLICKS" },
  { id: 700201, customer: 5552221110, name: "Booked roof", status: "ENABLED", type: "UPLOAD_CLICKS" },
  { id: 700202, customer: 5552221110, name: "Signed roof", status: "ENABLED", type: "UPLOAD_CLICKS" },
];
export const keyOf = ({ group, id }: Pick<Keyword, "group" | "id">): string => `${group}~${id}`;

export function seedAccounts(state: State): void {
  const budgets: readonly Budget[] = [
    { id: 3001, customer: OWN, amountMicros: 25_000_000, shared: false },
    { id: 3002, customer: OWN, amountMicros: 12_000_000, shared: true },
    { id: 3003, customer: 5552221110, amountMicros: 3_000_000_000, shared: false },
  ];
  for (const budget of budgets) budgetsOf(state).put(String(budget.id), budget);
  const campaign = (id: number, name: string, budget: number, more: Partial<Campaign> = {}): void =>
    campaignsOf(state).put(String(id), {
      id,
      customer: OWN,
      name,
      status: "ENABLED",
      primaryStatus: "ELIGIBLE",
      budget,
      changed: 0,
      ...more,
    });
  campaign(20001, "Emergency plumber", 3001);
  campaign(20002, "Drain cleaning", 3002, { status: "PAUSED", primaryStatus: "PAUSED" });
  campaign(20003, "Boiler service", 3002);
  campaign(20004, "Gone", 3001, { status: "REMOVED", primaryStatus: "REMOVED" });
  campaign(20005, "Roofs", 3003, { customer: 5552221110 });
  const keyword = (group: number, id: number, text: string, more: Partial<Keyword> = {}): void =>
    keywordsOf(state).put(keyOf({ group, id }), {
      ...{ group, groupName: `Group ${group}`, id, customer: OWN, campaign: group === 30001 ? 20001 : 20002, text, changed: 0 },
      ...{ matchType: "PHRASE", status: "ENABLED", negative: false, cpcBidMicros: 4_500_000, ...more },
    });
  keyword(30001, 501, "plumber near me");
  keyword(30001, 502, "burst pipe", { matchType: "EXACT", status: "PAUSED" });
  keyword(30001, 503, "plumbing jobs", { negative: true });
  keyword(30002, 501, "plumber near me", { matchType: "BROAD" });
  keyword(30002, 504, "gone", { status: "REMOVED" });
}

/** What a campaign did on a day (days since 1970): the same whenever it is asked. */
export function dayOf({ id, status }: Campaign, day: number) {
  if (status === "REMOVED") return { costMicros: 0, impressions: 0, clicks: 0, conversions: 0 };
  const turn = (day * 13 + id) % 5;
  return { costMicros: 15_070_000 + turn * 1_110_000, impressions: 300 + turn * 21, clicks: 11 + turn, conversions: turn / 2 };
}
