/** Where a domain lives at Mailgun, and its log of what became of emails. https://documentation.mailgun.com/docs/mailgun/user-manual/events */
import { type Http, path } from "@junction/kit";
import * as z from "zod/mini";

export const US = "api.mailgun.net";
export const EU = "api.eu.mailgun.net";
interface Domain {
  readonly domain: string;
  readonly region?: string | undefined;
}
/** A domain lives in one region, and is unknown in the other. */
export const hostOf = ({ region }: Pick<Domain, "region">) => (region === "eu" ? EU : US);

/** A message's id without the angle brackets that sending gives it in. */
export const bare = (id: string) => id.replace(/^<|>$/g, "");

const Text = z.nullish(z.string());
export const Entry = z.object({
  event: z.string(),
  id: z.string(),
  timestamp: z.number().check(z.nonnegative()),
  severity: Text,
  recipient: Text,
  url: Text,
  reason: Text,
  "delivery-status": z.nullish(z.object({ message: Text, description: Text })),
  message: z.nullish(z.object({ headers: z.nullish(z.object({ "message-id": Text })) })),
  "user-variables": z.nullish(z.record(z.string(), z.unknown())),
});
export type Entry = z.output<typeof Entry>;
export const messageOf = ({ message }: Entry): string | undefined => {
  const id = message?.headers?.["message-id"];
  return id ? bare(id) : undefined;
};

export const PAGE = 300;
/** Events reach the log by different ways; a page is to be trusted once its events are half an hour old (user-manual/events/event-polling). */
export const TRUSTED_MS = 30 * 60_000;

/** A page of the log; null where the key may not read it, as a sending key may not. */
export async function logged(
  http: Http,
  domain: Domain,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<readonly Entry[] | null> {
  const options = { host: hostOf(domain), query: { ascending: "yes", limit: PAGE, ...query }, accept: [401, 403] };
  const reply = await http.get(path`/v3/${domain.domain}/events`, options);
  return reply.status === 200 ? reply.json(z.object({ items: z.array(Entry) })).items : null;
}
