/** A contractor's profiles: one for each location, listed account by account. */
import { type Http, path, refuse } from "@junction/kit";
import { listBusinessProfiles } from "@junction/tools";
import * as z from "zod/mini";
import { LOCATIONS, MANAGE, profile } from "./manifest.ts";

const MOST_ACCOUNTS = 20;
const Accounts = z.object({ accounts: z._default(z.array(z.object({ name: z.string() })), []) });
const Address = z.object({
  addressLines: z._default(z.array(z.string()), []),
  locality: z.optional(z.string()),
  postalCode: z.optional(z.string()),
});
const Location = z.object({
  name: z.string(),
  title: z.optional(z.string()),
  storefrontAddress: z.optional(Address),
  metadata: z._default(z.object({ hasVoiceOfMerchant: z.optional(z.boolean()), canOperateLocalPost: z.optional(z.boolean()) }), {}),
});
const Locations = z.object({ locations: z._default(z.array(Location), []), nextPageToken: z.optional(z.string()) });

/** The newer APIs name a location without its account, the older one with it: so is ours. */
const PROFILE = /^accounts\/([^/]+)\/locations\/([^/]+)$/;
const lastOf = (name: string): string => name.split("/").at(-1) ?? name;

function shown(account: string, { name, title, storefrontAddress, metadata }: z.output<typeof Location>) {
  const { addressLines = [], locality, postalCode } = storefrontAddress ?? {};
  const address = [...addressLines, [postalCode, locality].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  return {
    page_id: `accounts/${account}/locations/${lastOf(name)}`,
    name: title ?? lastOf(name),
    ...(address !== "" && { address }),
    can_post: metadata.hasVoiceOfMerchant === true && metadata.canOperateLocalPost !== false,
  };
}

/** A page of one account's locations; `at` says whose, and which page: `<account>:<token>`. */
async function listed(http: Http<typeof LOCATIONS>, at: string | undefined) {
  const { accounts } = (await http.get(path`/v1/accounts`, { query: { pageSize: MOST_ACCOUNTS } })).json(Accounts);
  const ids = accounts.map(({ name }) => lastOf(name));
  const [, whose = ids[0], pageToken] = /^(\d+)(?::(.*))?$/s.exec(at ?? "") ?? [];
  if (at !== undefined && whose !== at.split(":")[0])
    refuse({ kind: "InvalidRequest", issues: ["page: must be the next_page of the answer before"] });
  if (whose === undefined) return { profiles: [], next_page: undefined };
  const query = { readMask: "name,title,storefrontAddress,metadata", pageSize: 100, pageToken };
  const { locations, nextPageToken } = (await http.get(path`/v1/accounts/${whose}/locations`, { host: LOCATIONS, query })).json(Locations);
  const following = ids[ids.indexOf(whose) + 1];
  const next_page = nextPageToken === undefined ? following : `${whose}:${nextPageToken}`;
  return { profiles: locations.map((location) => shown(whose, location)), next_page };
}

export const listProfiles = profile.implement(listBusinessProfiles, {
  scopes: [MANAGE],
  run: ({ http, input: { page } }) => listed(http, page),
});

export interface Place {
  readonly account: string;
  readonly location: string;
}
/** The profile meant: by its id, or the only one there is. */
export async function placeOf(http: Http<typeof LOCATIONS>, id: string | undefined): Promise<Place> {
  const [, account, location] = PROFILE.exec(id ?? (await theOnly(http))) ?? [];
  if (account === undefined || location === undefined)
    refuse({
      kind: "InvalidRequest",
      issues: ["the profile must be given as crm/list_business_profiles lists it: accounts/…/locations/…"],
    });
  return { account, location };
}

/** One that Google takes no posts for is not what anyone means. */
async function theOnly(http: Http<typeof LOCATIONS>): Promise<string> {
  const found: string[] = [];
  let page: string | undefined;
  for (let read = 0; read < MOST_ACCOUNTS && found.length < 2; read++) {
    const { profiles, next_page } = await listed(http, page);
    found.push(...profiles.filter(({ can_post }) => can_post).map(({ page_id }) => page_id));
    page = next_page;
    if (page === undefined) break;
  }
  const [only, another] = found;
  if (only !== undefined && another === undefined && page === undefined) return only;
  const words =
    only === undefined
      ? "there is no verified profile yet; verify one at Google first"
      : "there are several profiles; give the one meant, as crm/list_business_profiles lists it";
  return refuse({ kind: "InvalidRequest", issues: [words] });
}
