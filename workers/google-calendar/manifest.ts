/** Google Calendar: the two ways to connect it, and what its errors mean. */
import { defineVendor, field, jwtBearer, oauth2, path, refuse, secretFile, way } from "@junction/kit";
import * as z from "zod/mini";

export const EVENTS = "https://www.googleapis.com/auth/calendar.events";
export const FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy";
export const LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";

const SCOPES = {
  [EVENTS]: "See and change events on your calendars",
  [FREE_BUSY]: "See when your calendars are free",
  [LIST]: "See the list of your calendars",
};

export const google = defineVendor({
  id: "google-calendar",
  name: "Google Calendar",
  category: "calendar",
  powers: "Jobs on the contractor's calendar, and when it is free",
  docs: "https://developers.google.com/workspace/calendar/api/v3/reference",
  credentials: {},
  auth: oauth2({
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revocationUrl: "https://oauth2.googleapis.com/revoke",
    scopes: SCOPES,
    params: { access_type: "offline", prompt: "consent" }, // without both, Google gives no refresh token
    refreshToken: "stable",
  }),
  ways: [
    // For a Google Workspace whose administrator lets a service account act for its users ("domain-wide delegation").
    // https://developers.google.com/identity/protocols/oauth2/service-account
    way({
      credentials: {
        key_file: secretFile({
          label: "Key file",
          help: "The JSON file that Google Cloud gives when a key of the service account is made",
          accept: ".json",
        }),
        user: field({
          label: "Whose calendar",
          help: "The address of the person in your Google Workspace whose calendar jobs go on, such as office@example.com",
          placeholder: "office@example.com",
          pattern: /^[^\s@]+@[^\s@]+$/,
        }),
      },
      auth: jwtBearer({
        tokenUrl: "https://oauth2.googleapis.com/token",
        key: { field: "key_file" },
        issuer: { inKey: "client_email" },
        subject: { field: "user" },
        audience: "https://oauth2.googleapis.com/token",
        scopes: SCOPES,
      }),
    }),
  ],
  hosts: ["www.googleapis.com", "oauth2.googleapis.com"],
  limit: { requests: 600, perSeconds: 60 },
  errors: {
    body: z.pipe(
      z.object({ error: z.object({ message: z.optional(z.string()), errors: z._default(z.array(z.object({ reason: z.string() })), []) }) }),
      z.transform(({ error: { message, errors } }) => ({ code: errors[0]?.reason, message })),
    ),
    codes: {
      // Each comes as a 403. https://developers.google.com/workspace/calendar/api/guides/errors
      rateLimitExceeded: "RateLimited",
      userRateLimitExceeded: "RateLimited",
      calendarUsageLimitsExceeded: "RateLimited",
      quotaExceeded: "RateLimited",
      dailyLimitExceeded: "RateLimited",
      insufficientPermissions: "PermissionError",
      forbiddenForNonOrganizer: "Declined", // of this one event, not of the connection
    },
  },
  // The first page of events, since it needs no scope but the one the actions need, and says whether we may write.
  async test({ http }) {
    const reply = await http.get(path`/calendar/v3/calendars/${"primary"}/events`, { query: { maxResults: 1 } });
    const { summary, accessRole } = reply.json(z.object({ summary: z.string(), accessRole: z.string() }));
    if (accessRole !== "owner" && accessRole !== "writer") refuse({ kind: "PermissionError", missing: [EVENTS] });
    return { id: summary, name: summary }; // the main calendar bears the account's address
  },
});
