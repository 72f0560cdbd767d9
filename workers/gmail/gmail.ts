import { attached, type Http, path, refuse } from "@junction/kit";
import { listEmailTemplates, sendEmail, watchMailbox } from "@junction/tools";
import * as z from "zod/mini";
import { headerOf, read, search } from "./mailbox.ts";
import { gmail, READ, SEND, sendersOf } from "./manifest.ts";
import { rfc5322 } from "./message.ts";
import { filled, TEMPLATES } from "./templates.ts";
import { webhook } from "./webhook.ts";

/** Gmail takes 25 MB for a message, of which Base64 takes a quarter, and the Worker holds it several times over. */
const MOST_BYTES = 15_000_000;
/** Says of a message in the mailbox which effect it is, should Gmail give it another Message-ID than ours. */
const KEY = "X-Junction-Key";
const idOf = (key: string): string => `${key}@mail.junction.invalid`;
const ID = z.object({ id: z.string() });
type Input = z.output<typeof sendEmail.input>;

/** Gmail would put its own address in the place of one it does not know, and say nothing. */
async function senderOf(http: Http, account: { readonly email?: string | undefined; readonly name?: string | undefined }, from?: string) {
  if (account.email !== undefined && (from === undefined || from.toLowerCase() === account.email.toLowerCase()))
    return { email: account.email, name: account.name };
  const senders = await sendersOf(http);
  const own = senders.find(({ sendAsEmail, isPrimary }) =>
    from === undefined ? isPrimary : sendAsEmail.toLowerCase() === from.toLowerCase(),
  );
  return own ? { email: own.sendAsEmail, name: own.displayName } : refuse({ kind: "Declined", code: "sender_not_verified" });
}

async function contentOf(http: Http, { template_id, variables = {}, subject = "", text = "", html }: Input) {
  return template_id === undefined ? { subject, text, html } : filled(http, template_id, variables, subject);
}

const email = gmail.implement(sendEmail, {
  scopes: [SEND],
  async run({ http, account, input, idempotencyKey, files }) {
    const opened = await attached(files, input.attachments, MOST_BYTES);
    const from = await senderOf(http, account, input.from);
    const content = await contentOf(http, input);
    const attachments = await Promise.all(
      opened.map(async (file) => ({ ...{ name: file.name, type: file.type }, base64: await file.base64() })),
    );
    const body = rfc5322({
      ...{ id: idOf(idempotencyKey), from, to: { email: input.to, name: input.to_name }, replyTo: input.reply_to, ...content, attachments },
      ...{ headers: { [KEY]: idempotencyKey }, boundary: `junction-${idempotencyKey.slice(0, 32)}` },
    });
    const options = { query: { uploadType: "media" }, text: { type: "message/rfc822", body } };
    const reply = await http.post(path`/upload/gmail/v1/users/me/messages/send`, options);
    return { message_id: reply.json(ID).id, status: "queued" };
  },
  // Gmail has no key for repeats. What was sent stands in the mailbox: under our own Message-ID, or, where Gmail gave it another, with our
  // header. What a search does not show proves nothing until it has had the time to.
  async probe({ http, input, idempotencyKey, sentAt }) {
    const since = Math.floor(sentAt.getTime() / 1000) - CLOCK_SECONDS;
    const sent = (q: string) => search(http, `in:anywhere after:${since} ${q}`, MOST_SENT);
    const { messages: own } = await sent(`rfc822msgid:${idOf(idempotencyKey)}`);
    if (own[0]) return { message_id: own[0].id, status: "queued" as const };
    const { messages, nextPageToken } = await sent(`in:sent to:${input.to}`);
    const seen = await Promise.all(messages.map(({ id }) => read(http, id, [KEY, "Message-ID"])));
    const found = seen.find((message) => headerOf(message, KEY) === idempotencyKey);
    if (found) return { message_id: found.id, status: "queued" as const };
    // Another of our messages under its own id shows that Gmail keeps them: then there is none to look for among the rest.
    const kept = seen.some((message) => headerOf(message, "Message-ID") === `<${idOf(headerOf(message, KEY) ?? "")}>`);
    const told = Date.now() - sentAt.getTime() >= TRUSTED_MS && (kept || nextPageToken === undefined);
    return told ? null : refuse({ kind: "NotFound" });
  },
});
const CLOCK_SECONDS = 60;
const MOST_SENT = 10;
const TRUSTED_MS = 5 * 60_000;

const PAGE = 20;
const templates = gmail.implement(listEmailTemplates, {
  scopes: [READ],
  async run({ http, input: { page } }) {
    const { messages, nextPageToken } = await search(http, TEMPLATES, PAGE, page);
    const seen = await Promise.all(messages.map(({ id }) => read(http, id, ["Subject"])));
    const items = seen.map((message) => ({ id: message.id, name: headerOf(message, "Subject") || "(no subject)", usable: true }));
    return { items, next_page: nextPageToken };
  },
});

const watch = gmail.implement(watchMailbox, {
  scopes: [READ],
  idempotent: true, // a mailbox is watched once; asked again, for longer
  async run({ http }) {
    const json = { labelIds: ["INBOX"], labelFilterBehavior: "include" };
    const reply = await http.post(path`/gmail/v1/users/me/watch`, { json, ours: { as: "topicName", name: "pubsub_topic" } });
    reply.json(z.object({ historyId: z.coerce.string() }));
    return { watching: true };
  },
});

export default gmail.provides({ actions: [email, templates, watch], webhook });
