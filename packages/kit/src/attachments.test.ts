import { expect, test } from "vitest";
import { attached } from "./attachments.ts";
import type { Files, OpenFile } from "./files.ts";

const files = { open: async (name: string) => ({ name, size: 4_000_000 }) as OpenFile } as Files;

test("files go along up to the limit of all of them; beyond it nothing is sent, and it says what to do", async () => {
  expect((await attached(files, ["a", "b"], 8_000_000)).map(({ name }) => name)).toEqual(["a", "b"]);
  expect(await attached(files, undefined, 1)).toEqual([]);
  const issues = ["attachments: have 12 MB together; give at most 8 MB, or a link in the text"];
  await expect(attached(files, ["a", "b", "c"], 8_000_000)).rejects.toMatchObject({ error: { kind: "InvalidRequest", issues } });
});
