/** The contractor's own website: WordPress, by an application password. https://developer.wordpress.org/rest-api/ */
import { basic, defineVendor, field, found, refuse, secret } from "@junction/kit";
import * as z from "zod/mini";
import { apiOf, pathOf } from "./site.ts";

const CAPABILITIES = ["edit_posts", "publish_posts", "upload_files"];
/** What a refusal is about, where WordPress does not say it. */
const LACKING: Readonly<Record<string, string>> = {
  rest_cannot_publish: "publish_posts",
  rest_cannot_edit: "edit_others_posts",
  rest_cannot_create: "edit_posts",
  rest_cannot_assign_term: "edit_posts",
};
const Said = z.object({
  code: z.string(),
  message: z.optional(z.string()),
  data: z.nullish(z.object({ params: z.optional(z.record(z.string(), z.unknown())) })),
});

/** An empty object is written `[]` there. */
const Ways = z.union([
  z.looseObject({}),
  z.pipe(
    z.array(z.unknown()),
    z.transform((): Record<string, unknown> => ({})),
  ),
]);
const Index = z.object({ name: z.string(), namespaces: z.array(z.string()), authentication: z._default(Ways, {}) });
const Person = z.object({ id: z.number(), capabilities: z.record(z.string(), z.unknown()) });

export const website = defineVendor({
  id: "contractor-website",
  name: "Website (WordPress)",
  category: "website",
  powers: "Finished projects with their photos on the contractor's own website, and what visitors write there",
  docs: "https://developer.wordpress.org/rest-api/reference/",
  credentials: {
    site_url: field({
      label: "Website",
      help: "The address of your website, as the browser shows it once it is open, such as https://www.example.com",
      placeholder: "https://www.example.com",
      pattern: /^https:\/\/[^\s/?#@:]+(\/[^\s?#]*)?$/,
    }),
    username: field({ label: "User name", help: "With which you sign in to WordPress, such as office" }),
    application_password: secret({
      label: "Application password",
      help: "Made in WordPress under Users, Profile, Application Passwords: 24 letters and digits. It is not the password you sign in with",
      pattern: /^\s*([A-Za-z0-9]\s*){24}$/,
    }),
    /** How the site's API is reached; looked for by the test call. */
    rest: found(),
  },
  auth: basic("username", "application_password"),
  hosts: ["{site_url}"],
  errors: {
    body: z.pipe(
      Said,
      z.transform(({ code, message, data }) => ({
        ...{ code, message, field: Object.keys(data?.params ?? {})[0] },
        missing: LACKING[code] === undefined ? undefined : [LACKING[code]],
      })),
    ),
    codes: {
      incorrect_password: "CredentialError",
      invalid_username: "CredentialError",
      rest_not_logged_in: "CredentialError",
      application_passwords_disabled: "PermissionError", // a 501
      application_passwords_disabled_for_user: "PermissionError",
    },
  },
  // A public read answers a wrong password too: who we are, and what we may, is asked.
  async test({ http, account }) {
    const [index, rest] = await apiOf(http, account.site_url);
    const { name, namespaces, authentication } = index.json(Index);
    if (!namespaces.includes("wp/v2"))
      refuse({ kind: "InvalidRequest", issues: ["site_url: WordPress answers there, but its REST API is switched off"] });
    if (!("application-passwords" in authentication)) refuse({ kind: "PermissionError", missing: ["application_passwords"] });
    const site = pathOf(http, { ...account, rest });
    const { id, capabilities } = (await site.get("users/me", { context: "edit" })).json(Person);
    const missing = CAPABILITIES.filter((one) => capabilities[one] !== true);
    if (missing.length > 0) refuse({ kind: "PermissionError", missing });
    return { id: `${site.address}#${id}`, name: name || site.address, found: { rest } };
  },
});
