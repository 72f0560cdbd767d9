/** One request to the settings API. */
import { answer } from "./client.ts";

export async function ask<T = unknown>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return (await answer(fetch(`/api${path}`, init))) as T;
}

/** A query string of what is given. */
export function queryOf(given: Readonly<Record<string, string | number | null | undefined>>): string {
  const said = Object.entries(given).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return said.length === 0 ? "" : `?${new URLSearchParams(said)}`;
}
