/** Apple Calendar: iCloud over CalDAV, by an app-specific password. */
import { basic, defineVendor, field, found, secret } from "@junction/kit";
import * as z from "zod/mini";
import { discover } from "./discovery.ts";

export const apple = defineVendor({
  id: "apple-calendar",
  name: "Apple Calendar",
  category: "calendar",
  powers: "Jobs on the contractor's iCloud calendar, and when it is free",
  docs: "https://support.apple.com/102654",
  credentials: {
    apple_id: field({
      label: "Apple Account email",
      help: "The email address you sign in to iCloud with",
      placeholder: "owner@icloud.com",
    }),
    app_password: secret({
      label: "App-specific password",
      help: "Made at account.apple.com under Sign-In and Security; not your account's own. Apple has none for calendars alone: it opens mail and contacts too",
      placeholder: "xxxx-xxxx-xxxx-xxxx",
    }),
    main_calendar: z.optional(
      field({
        label: "Calendar for jobs",
        help: "Its name in the Calendar app; left out, the first one you may change",
        placeholder: "Work",
      }),
    ),
    home: found(),
    calendar: found(),
    zone: found(),
  },
  auth: basic("apple_id", "app_password"),
  // Each account lives on a partition, and only discovery says on which.
  hosts: ["caldav.icloud.com", "p*-caldav.icloud.com"],
  async test({ http, account }) {
    const { home, calendar, zone } = await discover(http, account);
    const address = ({ host, path }: typeof home) => `https://${host}${path}`;
    const kept = { home: address(home), calendar: address(calendar), ...(zone !== undefined && { zone }) };
    return { id: account.apple_id, name: account.apple_id, found: kept };
  },
});
