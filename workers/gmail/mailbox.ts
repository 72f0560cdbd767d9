/** Messages of a mailbox, as Gmail gives them. https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages */
import { fromBase64, type Http, path } from "@junction/kit";
import * as z from "zod/mini";

interface Part {
  readonly mimeType?: string | undefined;
  readonly headers?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly body?: { readonly data?: string | undefined } | undefined;
  readonly parts?: readonly Part[] | undefined;
}
const Part: z.ZodMiniType<Part> = z.lazy(() =>
  z.object({
    mimeType: z.optional(z.string()),
    headers: z.optional(z.array(z.object({ name: z.string(), value: z.string() }))),
    body: z.optional(z.object({ data: z.optional(z.string()) })),
    parts: z.optional(z.array(Part)),
  }),
);
const Message = z.object({ id: z.string(), internalDate: z.optional(z.coerce.number()), payload: z.optional(Part) });
export type Message = z.output<typeof Message>;

const Listed = z.object({ messages: z._default(z.array(z.object({ id: z.string() })), []), nextPageToken: z.optional(z.string()) });

/** Ids of the messages a search finds, newest first. */
export async function search(http: Http, q: string, maxResults: number, pageToken?: string): Promise<z.output<typeof Listed>> {
  return (await http.get(path`/gmail/v1/users/me/messages`, { query: { q, maxResults, pageToken } })).json(Listed);
}

/** One message: whole, or those headers of it alone. */
export async function read(http: Http, id: string, metadataHeaders?: readonly string[]): Promise<Message> {
  const query = metadataHeaders ? { format: "metadata", metadataHeaders } : { format: "full" };
  return (await http.get(path`/gmail/v1/users/me/messages/${id}`, { query })).json(Message);
}

export const headerOf = ({ payload }: Message, name: string): string | undefined =>
  payload?.headers?.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;

/** The text of the first part of this type, however deep it stands. */
export function textOf(part: Part | undefined, type: string): string | undefined {
  if (part?.mimeType === type && part.body?.data !== undefined) {
    const bytes = fromBase64(part.body.data);
    return bytes ? new TextDecoder().decode(bytes) : undefined;
  }
  return part?.parts?.map((inner) => textOf(inner, type)).find((text) => text !== undefined);
}
