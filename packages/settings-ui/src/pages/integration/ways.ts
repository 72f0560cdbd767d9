/** The ways in which a vendor can be connected; most have one. */
import type { Detail, Vendor } from "../../api/queries.ts";

export type Way = Omit<Vendor["ways"][number], "label"> & { readonly label: string };

const LABEL: Readonly<Record<Way["credentialType"], string>> = {
  api_key: "API key",
  oauth_token: "Sign in",
  webhook_secret: "Webhook secret",
  service_account: "Service account",
};

/** Every way, the usual one first. */
export function waysOf({ credentialType, fields, oauth, ways }: Vendor): readonly [Way, ...Way[]] {
  return [{ credentialType, label: LABEL[credentialType], fields, ...(oauth && { oauth }) }, ...ways];
}

/** The way that was taken: the one whose fields are those that are held. */
export function wayHeld(vendor: Vendor, { credential }: Detail): Way {
  const ways = waysOf(vendor);
  const shown = Object.keys(credential?.shown ?? {});
  return (
    ways.find(({ fields, oauth }) => !oauth && fields.some(({ name }) => shown.includes(name))) ??
    ways.find(({ oauth }) => oauth) ??
    ways[0]
  );
}
