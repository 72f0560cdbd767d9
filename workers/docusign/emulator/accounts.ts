/** Whose accounts Docusign is played for, and where they live. */
import type { User } from "./oauth.ts";

export const SITE = "demo.docusign.net";
export const OWNER: User = { id: "0c9d4a51-7b0e-4c31-8d7e-6f1a2b3c4d5e", name: "Sam Owner" };
export const NEWCOMER: User = { id: "7e2b8f10-3a4d-4f60-9b1c-2d3e4f5a6b7c", name: "Nia Newcomer" };
export const VIEWER: User = { id: "b1a2c3d4-0e1f-4a2b-8c3d-4e5f6a7b8c9d", name: "Vic Viewer" };
export const MAIN = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d";
export const ACCOUNTS = [
  { account_id: MAIN, account_name: "Sandbox Plumbing", is_default: true },
  { account_id: "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809", account_name: "Sandbox Plumbing, archive", is_default: false },
];
