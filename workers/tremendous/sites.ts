/** Tremendous has two sites that know nothing of each other: with real money, and without. */
export const LIVE = "api.tremendous.com";
export const SANDBOX = "testflight.tremendous.com";

export const siteOf = ({ environment }: { readonly environment: string | undefined }) => (environment === "sandbox" ? SANDBOX : LIVE);
