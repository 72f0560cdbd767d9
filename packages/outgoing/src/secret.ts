/** The secret that our deliveries are signed with: shown to the contractor once, then the vault's alone. */

/** 24 random bytes in Standard Webhooks' writing. */
export const newSecret = (): string => `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))}`;
