/** Notification channels: each is told that its calendar changed, and never what. https://developers.google.com/workspace/calendar/api/guides/push */
import { type Call, empty, json, noteChange, type Operation, type Reply, type State } from "@junction/sandbox";
import { bad, googleError } from "./errors.ts";
import { type Calendar, calendarOf } from "./state.ts";

interface Channel {
  readonly id: string;
  readonly calendar: string;
  readonly resourceId: string;
  readonly resourceUri: string;
  readonly address: string;
  readonly token: string | null;
  readonly expiration: number;
  readonly messages: number;
}
const channelsOf = (state: State) => state.collection<Channel>("channels");
const WEEK = 7 * 86_400_000;

/** HTTPS, as Google wants it; the sandbox takes this machine too. */
function reachable(address: unknown): address is string {
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

function watch(call: Call): Reply {
  const calendar = calendarOf(call);
  if (typeof call.json !== "object" || call.json === null) return bad("parseError", "Parse Error");
  const { id, type, address, token, expiration } = call.json as Readonly<Record<string, unknown>>;
  if (typeof id !== "string" || !/^[A-Za-z0-9\-_+/=]{1,64}$/.test(id)) return bad("channelIdInvalid", "Invalid channel id");
  if (type !== "web_hook" && type !== "webhook") return bad("unknownChannelType", "Unknown channel type");
  if (!reachable(address)) return googleError(401, { reason: "push.webhookUrlNotHttps", message: "WebHook callback must be HTTPS" });
  if (token !== undefined && (typeof token !== "string" || token.length > 256)) return bad("channelTokenTooLong", "Channel token too long");
  if (channelsOf(call.state).get(id)) return bad("channelIdNotUnique", "Channel id not unique");
  const wanted = expiration === undefined ? Number.POSITIVE_INFINITY : Number(expiration);
  if (Number.isNaN(wanted) || wanted <= call.now()) return bad("channelExpirationInvalid", "Invalid expiration");
  const channel: Channel = {
    ...{ id, calendar: calendar.id, address, token: token ?? null, messages: 0 },
    resourceId: `r${btoa(calendar.id).replace(/[^A-Za-z0-9]/g, "")}`,
    resourceUri: `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(calendar.id)}/events?alt=json`,
    expiration: Math.min(wanted, call.now() + WEEK),
  };
  tell(call.state, channel, "sync");
  const { resourceId, resourceUri } = channel;
  return json(200, {
    kind: "api#channel",
    ...{ id, resourceId, resourceUri, ...(typeof token === "string" && { token }) },
    expiration: String(channel.expiration),
  });
}

function stop(call: Call): Reply {
  const { id, resourceId } = (call.json ?? {}) as Readonly<Record<string, unknown>>;
  const channel = channelsOf(call.state).get(String(id));
  if (!channel || channel.resourceId !== resourceId || channel.expiration <= call.now())
    return googleError(404, { reason: "channelNotFound", message: `Channel '${String(id)}' not found for project` });
  channelsOf(call.state).delete(channel.id);
  return empty(204);
}

function tell(state: State, channel: Channel, resourceState: "sync" | "exists"): void {
  const messages = channel.messages + 1;
  channelsOf(state).put(channel.id, { ...channel, messages });
  const notice = {
    "x-goog-channel-id": channel.id,
    "x-goog-channel-expiration": new Date(channel.expiration).toUTCString(),
    "x-goog-message-number": String(messages),
    "x-goog-resource-id": channel.resourceId,
    "x-goog-resource-state": resourceState,
    "x-goog-resource-uri": channel.resourceUri,
  };
  noteChange(state, {
    ...{ kind: "calendar.changed", type: "", body: JSON.stringify(notice) },
    to: { url: channel.address, secret: channel.token ?? "" },
  });
}

/** Tells every open channel of a calendar that it changed. */
export function announce(state: State, { id }: Calendar, now: number): void {
  for (const channel of channelsOf(state).list()) if (channel.calendar === id && channel.expiration > now) tell(state, channel, "exists");
}

export const channelOperations: readonly Operation[] = [
  { name: "watch_events", method: "POST", path: "/calendar/v3/calendars/:calendar/events/watch", run: watch },
  { name: "stop_channel", method: "POST", path: "/calendar/v3/channels/stop", run: stop },
];
