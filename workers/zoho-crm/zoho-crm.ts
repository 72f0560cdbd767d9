import { fetchLeads, findLead, listCrmFields, syncLead } from "@junction/tools";
import { fieldsOfLead } from "./fields.ts";
import { byId, byPerson, leadsHome, shown } from "./leads.ts";
import { zoho } from "./manifest.ts";
import { page } from "./pages.ts";
import { save } from "./save.ts";
import { webhook } from "./webhook.ts";

const LEADS = "ZohoCRM.modules.leads.ALL";
const QUERIES = "ZohoCRM.coql.READ";
const SEARCH = "ZohoSearch.securesearch.READ";
const FIELDS = "ZohoCRM.settings.fields.READ";
const MOST = 10;

const find = zoho.implement(findLead, {
  scopes: [LEADS, QUERIES, SEARCH],
  async run({ http, account, input: { crm_id, phone, email, fields } }) {
    const home = leadsHome(http, account);
    const known = crm_id === undefined ? undefined : await byId(http, home, crm_id, fields);
    const found = known ? [known] : await byPerson(http, home, { phone, email }, fields);
    return { leads: found.slice(0, MOST).map((lead) => shown(home, lead, fields)) };
  },
});

/** A repeat finds what the first wrote: queries read the records themselves, and numbers are written as they are looked for. */
const sync = zoho.implement(syncLead, {
  scopes: [LEADS, QUERIES, SEARCH, FIELDS],
  idempotent: true,
  run: ({ http, account, input }) => save(http, leadsHome(http, account), input),
});

const pages = zoho.implement(fetchLeads, {
  scopes: [LEADS, QUERIES, FIELDS],
  run: ({ http, account, input }) => page(http, leadsHome(http, account), input),
});

const fields = zoho.implement(listCrmFields, {
  scopes: [FIELDS],
  run: async ({ http, account }) => ({ fields: await fieldsOfLead(http, leadsHome(http, account)) }),
});

export default zoho.provides({ actions: [find, sync, pages, fields], webhook });
