/** Gmail: how it is connected, and what its errors mean. https://developers.google.com/workspace/gmail/api/guides/handle-errors */
import { defineVendor, found, type Http, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

export const SEND = "https://www.googleapis.com/auth/gmail.send";
export const READ = "https://www.googleapis.com/auth/gmail.readonly";

const Detail = z.object({ reason: z.optional(z.string()) });

export const credentials = { email: found(), name: found() };

export const gmail = defineVendor({
  id: "gmail",
  name: "Gmail",
  category: "communication",
  powers: "Email from the contractor's own Gmail or Google Workspace address",
  docs: "https://developers.google.com/workspace/gmail/api/reference/rest",
  credentials,
  auth: oauth2({
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revocationUrl: "https://oauth2.googleapis.com/revoke",
    scopes: {
      [SEND]: "Send email for you",
      [READ]: "Read your mail: your templates, what was sent, and what came back undelivered",
    },
    params: { access_type: "offline", prompt: "consent" }, // without both, Google gives no refresh token
    refreshToken: "stable",
  }),
  hosts: ["gmail.googleapis.com", "oauth2.googleapis.com", "www.googleapis.com"],
  // 6,000 units a minute, of which sending takes 100. https://developers.google.com/workspace/gmail/api/reference/quota
  limit: { requests: 60, perSeconds: 60 },
  errors: {
    body: z.pipe(
      z.object({
        error: z.object({
          status: z.optional(z.string()),
          message: z.optional(z.string()),
          errors: z._default(z.array(Detail), []),
          details: z._default(z.array(Detail), []),
        }),
      }),
      z.transform(({ error: { status, message, errors, details } }) => ({
        code: [...errors, ...details].find(({ reason }) => reason !== undefined)?.reason ?? status,
        message,
      })),
    ),
    codes: {
      // Each may come as a 403.
      rateLimitExceeded: "RateLimited",
      userRateLimitExceeded: "RateLimited",
      dailyLimitExceeded: "RateLimited",
      domainPolicy: "PermissionError", // the Workspace's administrator does not allow Gmail to apps
    },
  },
  // The addresses that may send: whose account it is, by the scope that reads. What may be sent, the grant itself says.
  async test({ http }) {
    const own = (await sendersOf(http)).find(({ isPrimary }) => isPrimary);
    if (!own) return refuse({ kind: "InvalidRequest", issues: ["this Google account has no Gmail"] });
    const { sendAsEmail: email, displayName: name } = own;
    return { id: email, name: name || email, found: { email, ...(name && { name }) } };
  },
});

const Sender = z.object({
  sendAsEmail: z.string(),
  displayName: z.optional(z.string()),
  isPrimary: z.optional(z.boolean()),
  verificationStatus: z.optional(z.string()),
});

/** The addresses the account may send from: its own, and those it has proved are its own too. */
export async function sendersOf(http: Http) {
  const reply = await http.get(path`/gmail/v1/users/me/settings/sendAs`);
  const { sendAs } = reply.json(z.object({ sendAs: z._default(z.array(Sender), []) }));
  return sendAs.filter(({ isPrimary, verificationStatus }) => isPrimary || verificationStatus === "accepted");
}
