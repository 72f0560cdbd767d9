/** Looking names up over HTTPS, since a Worker has no resolver of its own to ask. RFC 8484's JSON cousin, as Cloudflare and Google serve it. */
import * as z from "zod";
import { type Egress, send } from "./egress.ts";
import type { Resolve } from "./target.ts";

export const DNS_URL = "https://cloudflare-dns.com/dns-query";
const TYPES = { A: 1, AAAA: 28 } as const;
const TIMEOUT_MS = 5_000;
const NO_SUCH_NAME = 3;

const Answer = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).optional(),
});

/** Every IPv4 and IPv6 address a name has. */
export const resolver =
  (egress: Egress, url = DNS_URL): Resolve =>
  async (name) => {
    const both = await Promise.all(
      Object.entries(TYPES).map(async ([type, number]) => {
        const asked = new URL(url);
        asked.searchParams.set("name", name);
        asked.searchParams.set("type", type);
        const response = await send(egress, asked, {
          headers: { accept: "application/dns-json" },
          redirect: "manual",
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok) throw new Error(`the resolver answered ${response.status}`);
        const answer = Answer.parse(await response.json());
        if (answer.Status !== 0 && answer.Status !== NO_SUCH_NAME) throw new Error(`the resolver could not tell: code ${answer.Status}`);
        return (answer.Answer ?? []).filter((record) => record.type === number).map(({ data }) => data);
      }),
    );
    return both.flat();
  };
