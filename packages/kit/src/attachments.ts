/** The files that go with a message. */
import { refuse } from "./failure.ts";
import type { Files, OpenFile } from "./files.ts";

/** Opens them, once it is known that they fit: vendors limit a message as a whole, and some say so only after all of it was sent. */
export async function attached(files: Files, refs: readonly string[] | undefined, mostBytes: number): Promise<readonly OpenFile[]> {
  const opened = await Promise.all((refs ?? []).map((ref) => files.open(ref)));
  const size = opened.reduce((sum, one) => sum + one.size, 0);
  const megabytes = (bytes: number) => Math.round(bytes / 100_000) / 10;
  if (size > mostBytes)
    refuse({
      kind: "InvalidRequest",
      issues: [`attachments: have ${megabytes(size)} MB together; give at most ${megabytes(mostBytes)} MB, or a link in the text`],
    });
  return opened;
}
