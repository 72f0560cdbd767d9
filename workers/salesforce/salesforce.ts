import { fetchLeads, findLead, listCrmFields, syncLead } from "@junction/tools";
import { fieldsOfLead } from "./fields.ts";
import { byId, byPerson, shown } from "./leads.ts";
import { homeOf, SCOPES, salesforce } from "./manifest.ts";
import { page } from "./pages.ts";
import { save } from "./save.ts";
import { webhook } from "./webhook.ts";

const scopes = Object.keys(SCOPES) as (keyof typeof SCOPES)[];
const MOST = 10;

const find = salesforce.implement(findLead, {
  scopes,
  async run({ http, account, input: { crm_id, phone, email, fields } }) {
    const home = homeOf(http, account);
    const known = crm_id === undefined ? undefined : await byId(http, home, crm_id, fields);
    const found = known ? [known] : await byPerson(http, home, { phone, email }, fields);
    return { leads: found.slice(0, MOST).map((lead) => shown(home, lead, fields)) };
  },
});

/** A repeat finds what the first wrote: queries read the records themselves, and numbers are written as they are looked for. */
const sync = salesforce.implement(syncLead, {
  scopes,
  idempotent: true,
  run: ({ http, account, input }) => save(http, homeOf(http, account), input),
});

const pages = salesforce.implement(fetchLeads, {
  scopes,
  run: ({ http, account, input }) => page(http, homeOf(http, account), input),
});

const fields = salesforce.implement(listCrmFields, {
  scopes,
  run: async ({ http, account }) => ({ fields: await fieldsOfLead(http, homeOf(http, account)) }),
});

export default salesforce.provides({ actions: [find, sync, pages, fields], webhook });
