/** Mailgun's log of what became of messages. https://documentation.mailgun.com/docs/mailgun/user-manual/events */
import { type Call, json, type Reply, refuse, type State } from "@junction/sandbox";

export interface Sent {
  /** The message id, without its angle brackets. */
  readonly id: string;
  readonly domain: string;
  readonly from: string;
  readonly to: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly test: boolean;
  readonly at: number;
}
export const sentOf = (state: State) => state.collection<Sent>("messages");

/** An event of its own, as the webhook tells it. */
export interface Told {
  readonly domain: string;
  readonly entry: {
    readonly event: string;
    readonly id: string;
    readonly timestamp: number;
    readonly recipient: string;
    readonly message: { readonly headers: Readonly<Record<string, string>> };
    readonly [more: string]: unknown;
  };
}
export const toldOf = (state: State) => state.collection<Told>("told");

const KINDS = ["accepted", "delivered"] as const;
const MOST = 300;

/** One event of one message for one recipient. */
const event = (sent: Sent, recipient: string, kind: (typeof KINDS)[number]) => ({
  event: kind,
  id: `${kind}-${sent.id}`.slice(0, 22),
  timestamp: sent.at / 1000 + KINDS.indexOf(kind),
  "log-level": "info",
  recipient,
  "recipient-domain": recipient.split("@")[1] ?? "",
  tags: [],
  "user-variables": sent.variables,
  flags: { "is-authenticated": true, "is-test-mode": sent.test },
  message: {
    headers: { "message-id": sent.id, from: sent.from, to: sent.to, subject: sent.subject },
    attachments: [],
    size: sent.text.length,
  },
});

/** Events of a domain that have reached the log by now, filtered and in order. */
export function logged(call: Call, domain: string): Reply {
  const { query } = call;
  const bad = (message: string): never => refuse(json(400, { message }));
  const time = (name: string): number | undefined => {
    const given = query.get(name);
    if (given === null) return undefined;
    const seconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Date.parse(given) / 1000;
    return Number.isNaN(seconds) ? bad(`${name} is not a valid time`) : seconds;
  };
  const [begin, end, ascending] = [time("begin"), time("end"), query.get("ascending")];
  if (ascending !== null && ascending !== "yes" && ascending !== "no") bad("ascending must be yes or no");
  if (begin !== undefined && end === undefined && ascending === null) bad("ascending must be given where the range has no end");
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) bad(`limit must be 1 to ${MOST}`);
  const seen = call.now() / 1000 - call.settings.indexLagSeconds;
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value).toLowerCase() === value.toLowerCase();
  const sent = sentOf(call.state)
    .list()
    .filter((sent) => sent.domain === domain && sent.at / 1000 <= seen)
    .flatMap((sent) => sent.recipients.flatMap((recipient) => KINDS.map((kind) => event(sent, recipient, kind))));
  const told = toldOf(call.state)
    .list()
    .filter((one) => one.domain === domain && one.entry.timestamp <= seen)
    .map(({ entry }) => entry);
  const items = [...sent, ...told]
    .filter(({ timestamp }) => timestamp >= (begin ?? 0) && timestamp <= (end ?? Number.POSITIVE_INFINITY))
    .filter((one) => wanted("event", one.event) && wanted("recipient", one.recipient))
    .filter(({ message: { headers } }) => wanted("message-id", headers["message-id"] ?? "") && wanted("subject", headers["subject"] ?? ""))
    .sort((a, b) => (ascending === "yes" ? a.timestamp - b.timestamp : b.timestamp - a.timestamp))
    .slice(0, limit);
  const page = `https://${call.url.host}/v3/${domain}/events/${call.random(12)}`;
  return json(200, { items, paging: { next: page, previous: page } });
}
