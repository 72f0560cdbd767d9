/** The gateway: agents at `/mcp`, people and tools at `/api`, vendors at `/hooks`. It knows vendors by the catalog and by service bindings. */
import { sweepCalendars } from "@junction/calendar";
import { LINKS, serveLink, sweepFiles } from "@junction/files";
import { consume, sweep, type Wakeup } from "@junction/ingest";
import { deliver, sweepDeliveries } from "@junction/outgoing";
import { startDue, sweepRuns } from "@junction/workflow";
import { app } from "./api/app.ts";
import { calendarsAt } from "./calendars.ts";
import { type Env, filesOf, outgoingOf } from "./env.ts";
import { hooks } from "./hooks/route.ts";
import { ingestOf } from "./ingest.ts";
import { watchMailboxes } from "./mailboxes.ts";
import { mcp } from "./mcp/endpoint.ts";
import { startingOf, sweepingOf } from "./runs.ts";

export { ContractorObject } from "@junction/dispatch";
export { CalendarObject } from "./calendars.ts";
export { FetchObject, RunObject } from "./runs.ts";

/** The queue of what we send out, as wrangler.toml names it; every other message is an event's. */
const DELIVERIES = "junction-deliveries";

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/hooks/")) return hooks(request, env, ctx, url);
    if (url.pathname.startsWith(LINKS)) return serveLink(filesOf(env), request, url.pathname.slice(LINKS.length));
    return url.pathname === "/mcp" ? mcp(request, env, ctx, url) : app.fetch(request, env, ctx);
  },
  async queue({ queue, messages }, env, ctx) {
    if (queue === DELIVERIES) return deliver(messages, outgoingOf(env));
    await consume(ingestOf(env, ctx), messages);
  },
  async scheduled({ scheduledTime }, env, ctx) {
    await Promise.all([
      sweep(ingestOf(env, ctx), scheduledTime),
      sweepDeliveries(outgoingOf(env)),
      startDue(startingOf(env), scheduledTime),
      sweepRuns(sweepingOf(env), scheduledTime),
      sweepCalendars(env.DB, calendarsAt(env), scheduledTime),
      sweepFiles(filesOf(env), scheduledTime),
      watchMailboxes(env, ctx, scheduledTime),
    ]);
  },
} satisfies ExportedHandler<Env, Wakeup>;
