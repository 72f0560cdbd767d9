import { isEmail, isPhone } from "@junction/kit";
import { findContact, saveContact } from "@junction/tools";
import { byEmail, byId, byName, byPhone, propertiesOf, says, shown, write } from "./contacts.ts";
import { leads } from "./leads.ts";
import { BASIC, hubspot, READ, WRITE } from "./manifest.ts";
import { webhook } from "./webhook.ts";

const find = hubspot.implement(findContact, {
  scopes: [READ, BASIC],
  async run({ http, input: { query, limit } }) {
    const found = isPhone(query) ? await byPhone(http, query) : isEmail(query) ? await byEmail(http, query) : await byName(http, query);
    return { contacts: found.slice(0, limit).map(shown) };
  },
});

/**
 * By email a repeat is harmless in itself: HubSpot keeps addresses unique. A phone number is not, and the search that finds it lags
 * behind by seconds: a blind repeat could add the contact twice, so after a lost answer it is looked for.
 */
const save = hubspot.implement(saveContact, {
  scopes: [READ, WRITE, BASIC],
  async run({ http, input }) {
    const key = input.email_or_phone;
    const properties = propertiesOf(input);
    const [known] = isEmail(key) ? [{ email: key }] : await byPhone(http, key);
    return shown((await write(http, known, properties)).contact);
  },
  async probe({ http, input, sentAt }) {
    const key = input.email_or_phone;
    const wanted = propertiesOf(input);
    const found = isEmail(key) ? await byEmail(http, wanted["email"] ?? key) : await byPhone(http, key);
    for (const { id } of found) {
      // Asked for by itself: what the search knows of it may be a minute old.
      const now = await byId(http, id);
      if (now && says(now, wanted, sentAt)) return shown(now);
    }
    return null;
  },
});

export default hubspot.provides({ actions: [find, save, ...leads], webhook });
