/** Connecting a vendor that asks the person for consent at its own page. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import type { CatalogVendor } from "@junction/core";
import * as z from "zod";
import type { Cli } from "./command.ts";
import { Failed, type Gateway } from "./gateway.ts";

/** How long the gateway waits for a person to come back. */
const GRANT_MS = 10 * 60_000;
const LOOK_EVERY_MS = 500;

const Seen = z.looseObject({ status: z.string(), because: z.object({ call: z.string() }).nullable() });

/** Sends the person to the vendor's page and waits until they are back; gives the connection as the API has it. */
export async function connectInBrowser({ io, gateway }: Cli, vendor: CatalogVendor, replace: boolean): Promise<unknown> {
  const look = async () => (await gateway.ask("GET", `/api/connections/${vendor.id}`)).body;
  const before = Seen.parse(await look()).because?.call;
  const way = gateway.local ? await wayThroughHere(gateway, vendor.id, replace) : undefined;
  io.say(
    way
      ? `Open this in a browser on this machine, and approve:\n  ${way.url}\nWaiting (Ctrl-C gives up) …`
      : `${vendor.name} is connected in the browser: open ${gateway.url}/settings/integrations/${vendor.id}, sign in, and press Connect.\nWaiting (Ctrl-C gives up) …`,
  );
  try {
    for (const until = Date.now() + GRANT_MS; Date.now() < until; await after(LOOK_EVERY_MS)) {
      const now = await look();
      const { because, status } = Seen.parse(now);
      if (status !== "not_connected" && because !== null && because.call !== before) return now;
    }
  } finally {
    way?.close();
  }
  throw new Failed(`${vendor.name} was not connected: nobody came back from its page within ${GRANT_MS / 60_000} minutes.`);
}

/**
 * The verifier of the grant (PKCE) lives in a cookie of the browser that began it, and this program is no browser. On one
 * machine a cookie holds for every port, so a page served here for a moment can set it and send the person on.
 */
async function wayThroughHere(gateway: Gateway, vendor: string, replace: boolean): Promise<{ readonly url: string; close(): void }> {
  const path = `/${crypto.randomUUID()}`;
  const { body, cookies } = await gateway.ask("POST", `/api/connections/${vendor}/authorize`, { replace });
  const { url: location } = z.object({ url: z.string() }).parse(body);
  const headers = { location, "set-cookie": [...cookies], "cache-control": "no-store", "referrer-policy": "no-referrer" };
  const server = createServer((request, response) => {
    if (request.url === path) response.writeHead(302, headers).end();
    else response.writeHead(404).end();
  });
  const { hostname } = new URL(gateway.url);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, hostname.replace(/^\[|\]$/g, ""), resolve);
  });
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}${path}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
