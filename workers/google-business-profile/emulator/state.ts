/** What the emulator's person manages at Google: two accounts, each with a location, and what customers wrote. */
import type { State } from "@junction/sandbox";

export interface Location {
  readonly id: string;
  readonly account: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly verified: boolean;
}
interface Post {
  readonly name: string;
  readonly location: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: number;
}
export interface Review {
  readonly id: string;
  readonly location: string;
  readonly author: string;
  readonly stars: string;
  readonly comment: string | null;
  readonly at: number;
  readonly reply: { readonly comment: string; readonly at: number } | null;
}

export const ACCOUNTS = [
  { id: "104729583047000000001", name: "Sam Owner", type: "PERSONAL" },
  { id: "104729583047000000002", name: "Springfield branches", type: "LOCATION_GROUP" },
] as const;
export const LOCATIONS: readonly Location[] = [
  { id: "5501047295830470001", account: ACCOUNTS[0].id, title: "Sandbox Plumbing", lines: ["1 Main St"], verified: true },
  { id: "5501047295830470002", account: ACCOUNTS[1].id, title: "Sandbox Plumbing East", lines: ["99 Elm St"], verified: false },
];
export const postsOf = (state: State) => state.collection<Post>("posts");
export const reviewsOf = (state: State) => state.collection<Review>("reviews");

const HOUR_MS = 3_600_000;
export function seedReviews(state: State, now: number): void {
  const [first, second] = LOCATIONS;
  const written: readonly (readonly [string, string, string | null, string])[] = [
    ["Ann O'Neil", "FIVE", "On time and tidy.", first?.id ?? ""],
    ["Bob", "TWO", "Came a day late.", first?.id ?? ""],
    ["Carla", "FOUR", null, first?.id ?? ""],
    ["Dee", "FIVE", "Great.", second?.id ?? ""],
  ];
  for (const [index, [author, stars, comment, location]] of written.entries()) {
    const id = `AbFvOqSandboxReview${index}`;
    reviewsOf(state).put(id, { id, location, author, stars, comment, at: now - (index + 1) * HOUR_MS, reply: null });
  }
}
