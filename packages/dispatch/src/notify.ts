/** Notices on their way out: an email in our words to the owner, a signed event for the host CRM (Standard Webhooks), and one for subscriptions. */

import { vendorById } from "@junction/catalog";
import type { Mailer } from "@junction/core";
import type { Notice } from "./records.ts";

export interface NotifyEnv {
  readonly PUBLIC_URL: string;
  /** Cloudflare's `send_email` binding; absent, the owner is told in the app alone. */
  readonly MAILER?: Mailer;
  readonly MAIL_FROM?: string;
  /** Where the host CRM takes events, and the `whsec_…` secret they are signed with; absent, none are sent. */
  readonly HOST_EVENTS_URL?: string;
  readonly HOST_EVENTS_SECRET?: string;
  /** Takes what subscribers are told; absent, they are told nothing. */
  readonly DELIVERIES?: Pick<Queue, "send">;
}

export type Notify = (ask: {
  readonly contractor: string;
  readonly ownerEmail: string | null;
  readonly notice: Notice;
  /** The workflows that wait for the integration, by name. */
  readonly waiting: readonly string[];
}) => Promise<void>;

const TIMEOUT_MS = 10_000;

export const notifier =
  (env: NotifyEnv): Notify =>
  async ({ contractor, ownerEmail, notice, waiting }) => {
    if (notice.channel === "subscriptions") {
      const { id, type, alert } = notice;
      const at = alert.recoveredAt ?? alert.relapsedAt ?? alert.openedAt;
      await env.DELIVERIES?.send({ contractor, announce: { id, type, vendor: alert.vendor, at, data: dataOf(alert) } });
      return;
    }
    if (notice.channel === "event") {
      if (env.HOST_EVENTS_URL && env.HOST_EVENTS_SECRET) await sendEvent(env.HOST_EVENTS_URL, env.HOST_EVENTS_SECRET, contractor, notice);
      return;
    }
    if (!env.MAILER || !env.MAIL_FROM || ownerEmail === null) return;
    const { subject, lines, url, button } = words(notice, env.PUBLIC_URL, waiting);
    const text = `${lines.join("\n\n")}\n\n${button}: ${url}\n`;
    const html = `${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("")}<p><a href="${escapeHtml(url)}">${escapeHtml(button)}</a></p>`;
    await env.MAILER.send({ from: env.MAIL_FROM, to: ownerEmail, subject, text, html });
  };

/** What the owner reads: which integration, what it means, and the one thing to do. */
export function words({ type, alert }: Pick<Notice, "type" | "alert">, publicUrl: string, waiting: readonly string[] = []) {
  const name = vendorById(alert.vendor)?.name ?? alert.vendor;
  const url = `${publicUrl}/settings/integrations/${alert.vendor}`;
  if (alert.about === "subscription") return subscriptionWords(`${publicUrl}/settings/subscriptions/${alert.call}`);
  if (alert.about === "calendar") return calendarWords(name, `${url}/calendar`);
  if (alert.about === "webhook") return webhookWords(type, name, alert.kind, `${url}/webhook`);
  if (type === "connection.recovered")
    return {
      subject: `${name} works again`,
      lines: [`${name} works again, and nothing more is needed from you.`],
      url,
      button: `See ${name}`,
    };
  const lines = [
    `${name} no longer accepts your credentials, so whatever uses it has stopped.`,
    "This happens when a key was changed or revoked, or when access was withdrawn at the vendor. Reconnecting takes a minute, and nothing else has to be set up again.",
    ...(waiting.length > 0
      ? [
          `These workflows wait for it: ${listOf(waiting)}. Once it is reconnected they go on where they stopped, and nothing is sent twice.`,
        ]
      : []),
  ];
  return { subject: `${name} needs you`, lines, url, button: `Reconnect ${name}` };
}

const MOST_NAMES = 10;
const listOf = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? [`and ${names.length - MOST_NAMES} more`] : [])].join(", ");

const subscriptionWords = (url: string) => ({
  subject: "Events no longer reach one of your systems",
  lines: [
    "One of the addresses that Junction sends your events to has taken none for days, so nothing more is sent there.",
    "Once it works again, switch it on: events that were not delivered can be sent once more.",
  ],
  url,
  button: "See the address",
});

const calendarWords = (name: string, url: string) => ({
  subject: `A job was changed here and in ${name}`,
  lines: [
    `The same part of a job was changed here and in ${name}, to different things. Both stay as they are, and nothing was overwritten.`,
    "Choose which of the two counts; it takes a click.",
  ],
  url,
  button: "Decide",
});

function webhookWords(type: Notice["type"], name: string, kind: string, url: string) {
  const button = `See ${name}'s webhook`;
  if (type === "webhook.recovered")
    return {
      subject: `${name}'s deliveries are verified again`,
      lines: [`What arrives in ${name}'s name proves to be from ${name} again, and nothing more is needed from you.`],
      ...{ url, button },
    };
  if (kind === "ForgedDeliveries")
    return {
      subject: `False deliveries in ${name}'s name`,
      lines: [
        `Many deliveries of the last minutes claimed to be from ${name}, and were not signed by it. All of them were turned away, and nothing was done with them; ${name}'s own still arrive.`,
        `Nothing is broken. If you or ${name} have just changed the signing secret, check it; otherwise nothing is needed from you.`,
      ],
      ...{ url, button },
    };
  return {
    subject: `${name}'s deliveries cannot be verified`,
    lines: [
      `What arrives in ${name}'s name does not fit the secret that is set here, so it was turned away, and nothing was done with it.`,
      `This happens when the secret was changed at ${name}, or was not copied whole. Set it once more; ${name} sends again what it was refused, for a while.`,
    ],
    ...{ url, button: `Set ${name}'s secret` },
  };
}

const dataOf = ({ id, kind, call, openedAt, recoveredAt }: Notice["alert"]) => ({
  ...{ alert: id, kind, call, opened_at: openedAt, recovered_at: recoveredAt },
});

/** Signed as Standard Webhooks has it: the id stays the same over all tries, so that the receiver can tell a repeat. */
async function sendEvent(url: string, secret: string, contractor: string, { id, type, alert }: Notice): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    type,
    timestamp: new Date(timestamp * 1000).toISOString(),
    data: { contractor, vendor: alert.vendor, about: alert.about, ...dataOf(alert) },
  });
  const raw = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`)));
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${btoa(String.fromCharCode(...mac))}`,
  };
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the host answered ${response.status}`);
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
