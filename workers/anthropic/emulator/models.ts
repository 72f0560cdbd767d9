/** The models of the sandbox's account, the newest first. */
export interface Model {
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
}
export const MODELS: readonly Model[] = [
  { id: "claude-haiku-5-5", display_name: "Claude Haiku 5.5", created_at: "2026-10-06T00:00:00Z" },
  { id: "claude-sonnet-5-5", display_name: "Claude Sonnet 5.5", created_at: "2026-09-28T00:00:00Z" },
  { id: "claude-opus-5-5", display_name: "Claude Opus 5.5", created_at: "2026-09-22T00:00:00Z" },
  { id: "claude-haiku-4-5-20251001", display_name: "Claude Haiku 4.5", created_at: "2025-10-01T00:00:00Z" },
];
/** Names without a date, of models that have one. */
export const ALIASES: Readonly<Record<string, string>> = { "claude-haiku-4-5": "claude-haiku-4-5-20251001" };
/** Those of before think only when they are told to. */
export const thinks = (id: string): boolean => !id.includes("-4-");
