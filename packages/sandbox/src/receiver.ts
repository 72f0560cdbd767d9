/**
 * A contractor's own systems, as seen from us: an address that takes events, and the resolver that knows where names lead. Both play like a
 * vendor, so that their switches and the record of what reached them are those of all.
 */
import * as z from "zod";
import { type Call, defineEmulator } from "./emulator.ts";
import { empty, json, type Reply, refuse } from "./reply.ts";

export const RECEIVER = "hooks.example";
export const RESOLVER = "cloudflare-dns.com";

interface Taken {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: number;
}
/** Addresses of a name, by record type. */
const Records = z.object({ A: z.array(z.string()).optional(), AAAA: z.array(z.string()).optional() });
type Records = z.output<typeof Records>;
const TYPES: Readonly<Record<string, number>> = { A: 1, AAAA: 28 };
/** Where every name leads until told otherwise: a public address, which nothing here ever dials. */
const EVERYWHERE: Records = { A: ["93.184.215.14"] };

const taken = ({ state }: Pick<Call, "state">) => state.collection<Taken>("taken");
const records = ({ state }: Pick<Call, "state">) => state.collection<Records>("records");
/** What deliveries are answered with, where it is not 204. Faults know the common ones; this any. */
const answers = ({ state }: Pick<Call, "state">) => state.collection<string>("answers");
const failed = (status: number, message: string): Reply => json(status, { error: message });

export const receiver = defineEmulator({
  vendor: "hooks",
  hosts: [RECEIVER, RESOLVER],
  credentials: { valid: {}, wrong: {} },
  secrets: [],
  operations: [
    {
      name: "take",
      method: "POST",
      path: "/take/:name",
      run(call) {
        const headers = Object.fromEntries(call.headers);
        taken(call).put(call.random(16), { path: call.url.pathname, headers, body: call.text, at: call.now() });
        return empty(Number(answers(call).get("now") ?? 204));
      },
    },
    {
      name: "set_answer",
      method: "PUT",
      path: "/answers/:status",
      apart: true,
      run(call) {
        const status = call.param("status");
        if (!/^[2-5]\d\d$/.test(status)) return failed(400, "give a status such as 410");
        answers(call).put("now", status);
        return empty(204);
      },
    },
    { name: "taken", method: "GET", path: "/taken", apart: true, run: (call) => json(200, { taken: taken(call).list() }) },
    {
      name: "resolve",
      method: "GET",
      host: RESOLVER,
      path: "/dns-query",
      apart: true,
      run(call) {
        const [name, type] = [call.query.get("name") ?? "", call.query.get("type") ?? "A"];
        const found: Records = records(call).get(name) ?? EVERYWHERE;
        const data = type === "A" || type === "AAAA" ? (found[type] ?? []) : refuse(failed(400, "Invalid query type"));
        const none = Object.values(found).every((list) => list?.length === 0);
        return json(200, { Status: none ? 3 : 0, Answer: data.map((one) => ({ name, type: TYPES[type], TTL: 60, data: one })) });
      },
    },
    {
      name: "set_records",
      method: "PUT",
      host: RESOLVER,
      path: "/records/:name",
      apart: true,
      run(call) {
        const wanted = Records.safeParse(call.json);
        if (!wanted.success) return failed(400, "give the addresses as {A: […], AAAA: […]}");
        records(call).put(call.param("name"), wanted.data);
        return empty(204);
      },
    },
  ],
  fault: (error) => failed(Number.parseInt(error, 10) || 500, `fault ${error}`),
  inbox: (state) =>
    state
      .collection<Taken>("taken")
      .list()
      .map(({ path, body, at }) => ({ title: `Event to https://${RECEIVER}${path}`, text: body, at })),
});
