/** Keeping a file, and looking for it. A row is written before the first byte, so that what never arrives whole is swept. */
import { newId } from "@junction/core";
import { addFile, completeFile, type FileRow, forgetFiles } from "@junction/db";
import { begin, put, WrongLength } from "./arrive.ts";
import { ARRIVING_MS, type Files, KEPT_MS, keyOf, LARGEST_BYTES, MOST_BYTES } from "./files.ts";
import { isOf, typeOf } from "./sniff.ts";
import { bytesInWords } from "./words.ts";

export interface Keep {
  readonly contractor: string;
  readonly name: string;
  /** What whoever gives it says it is. */
  readonly type: string;
  /** Where it is known. */
  readonly size?: number | undefined;
  readonly kept: keyof typeof KEPT_MS;
  /** What is wanted of it. */
  readonly types?: readonly string[];
  readonly most?: number;
  /** Told of each chunk that arrives. */
  moved?(): void;
}
/** `refused`: what is wrong with it, in words that follow its name. */
export type Kept = FileRow | { readonly refused: string };

export async function keep(
  { db, bucket }: Pick<Files, "db" | "bucket">,
  { contractor, name, type: said, size, kept, types = ["*/*"], most = LARGEST_BYTES, moved }: Keep,
  body: ReadableStream<Uint8Array>,
): Promise<Kept> {
  const limit = Math.min(most, LARGEST_BYTES);
  const tooLarge = { refused: `is larger than ${bytesInWords(limit)}, the most that is allowed` };
  const leave = async (refused: { readonly refused: string }) => {
    await body.cancel().catch(() => undefined); // nobody reads it any more
    return refused;
  };
  if (size !== undefined && size > limit) return leave({ refused: `is ${bytesInWords(size)}; at most ${bytesInWords(limit)} is allowed` });
  const now = Date.now();
  const id = newId("file", now);
  const row = { id, contractor, name: cleanName(name), type: said, size: size ?? 0, createdAt: now, expiresAt: now + ARRIVING_MS };
  if (!(await addFile(db, row, MOST_BYTES)))
    return leave({ refused: `does not fit: all files of an account may come to ${bytesInWords(MOST_BYTES)}. Delete some first` });
  const begun = await begin(body);
  const type = typeOf(begun.head, said);
  try {
    if (!isOf(type, types)) {
      await begun.rest.cancel();
      await forgetFiles(db, [id]);
      return { refused: `is ${typeInWords(type, said)}; ${types.join(", ")} is allowed` };
    }
    const arrived = await put(bucket, keyOf({ contractor, id }), begun, { size, most: limit, moved: moved ?? (() => undefined) });
    if (arrived === 0) {
      await bucket.delete(keyOf({ contractor, id }));
      await forgetFiles(db, [id]);
      return { refused: "is empty" };
    }
    const whole = { ...row, type, size: arrived, expiresAt: now + KEPT_MS[kept], state: "ready" };
    await completeFile(db, whole);
    return whole;
  } catch (error) {
    await forgetFiles(db, [id]);
    if (!(error instanceof WrongLength)) throw error;
    return size === undefined ? tooLarge : { refused: `broke off, or is not as long as was said: ${error.message}` };
  }
}

const typeInWords = (type: string, said: string): string =>
  type === "application/octet-stream" && said !== type
    ? `not ${said.split(";")[0] || "of a type that is known"}, going by its content`
    : type;

/** A name that is one wherever it is shown or sent: no path, no control character. */
function cleanName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = name.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"\\/<>:|?*]+/g, " ").trim();
  return plain.slice(-120).trim() || "file";
}
