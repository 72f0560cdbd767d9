/** `/api/operator`: the platform's own apps at vendors, the keyring, and the end of a contractor. */
import { catalog, vendorById } from "@junction/catalog";
import { type CatalogVendor, ContractorId, VendorId } from "@junction/core";
import { deleteContractor } from "@junction/db";
import { eraseFiles } from "@junction/files";
import { eraseRuns } from "@junction/workflow";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { eraseCalendars } from "../calendars.ts";
import { eraseFetches } from "../crm.ts";
import { contractorOf, type Env, filesOf } from "../env.ts";
import { appHookUrl } from "../hooks/address.ts";
import { sweepingOf } from "../runs.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const App = z.object({
  vendor: z.string(),
  client_id: z.string().nullable(),
  /** Where the vendor is to deliver the events of all contractors; null where each has an address of their own. */
  webhook_url: z.string().nullable(),
});
type App = z.output<typeof App>;

/** Whose secret is our app's: a vendor that grants access, or delivers, to an app of ours. */
const hasApp = ({ oauth, ways, webhook }: CatalogVendor): boolean =>
  oauth !== undefined || ways.some((way) => way.oauth !== undefined) || webhook?.secret.from === "app";
const appOf = (env: Pick<Env, "PUBLIC_URL">, { id, webhook }: CatalogVendor, clientId: string | null): App => ({
  ...{ vendor: id, client_id: clientId },
  webhook_url: webhook?.secret.from === "app" ? appHookUrl(env, id) : null,
});

export const operator = new Hono<Api>()
  .use(only("operator"))
  .get(
    "/apps",
    describeRoute({
      summary: "Our own app at each vendor that needs one",
      responses: { 200: json(z.object({ apps: z.array(App) }), "Apps") },
    }),
    async (c) => {
      const described = (vendor: CatalogVendor) => c.env.VAULT.describePlatform({ vendor: vendor.id });
      const wanted = catalog.vendors.filter(hasApp);
      const apps = await Promise.all(wanted.map(async (vendor) => appOf(c.env, vendor, (await described(vendor))?.clientId ?? null)));
      return c.json({ apps });
    },
  )
  .put(
    "/apps/:vendor",
    describeRoute({ summary: "Set our app's client id and secret at a vendor", responses: { 200: json(App, "The app") } }),
    input("param", z.object({ vendor: VendorId })),
    input(
      "json",
      z.strictObject({
        client_id: z.string().min(1).max(500),
        client_secret: z.string().min(1).max(2000),
        /** What the vendor repeats when it asks whether the webhook's address is ours, or with each delivery: entered there too. */
        webhook_verify_token: z.string().min(8).max(500).optional(),
        /** Where Google publishes what happens in mailboxes: a topic of the app's own project. */
        pubsub_topic: z
          .string()
          .regex(/^projects\/[^/]+\/topics\/[^/]+$/)
          .max(300)
          .optional(),
      }),
    ),
    async (c) => {
      const vendor = vendorById(c.req.valid("param").vendor);
      if (!vendor || !hasApp(vendor)) throw notFound("integration that has an app");
      const fields = c.req.valid("json");
      const asks = vendor.webhook?.secret.from === "app" && (vendor.webhook.challenge || vendor.webhook.secret.token);
      if (fields.webhook_verify_token !== undefined && !asks)
        throw new Refused(422, {
          kind: "InvalidRequest",
          message: "Some fields are wrong. Nothing was stored.",
          fields: { webhook_verify_token: `${vendor.name} asks for none: leave it out` },
        });
      const { webhook_verify_token: token, pubsub_topic: topic, ...app } = fields;
      await c.env.VAULT.storePlatform({
        vendor: vendor.id,
        fields: {
          ...app,
          ...(token !== undefined && { webhook_verify_token: token }),
          ...(topic !== undefined && { pubsub_topic: topic }),
        },
      });
      return c.json(appOf(c.env, vendor, fields.client_id));
    },
  )
  .get(
    "/keyring",
    describeRoute({ summary: "The vault's key-encryption keys, by id", responses: { 200: json(z.unknown() as z.ZodType, "Keyring") } }),
    async (c) => c.json(await c.env.VAULT.keyring()),
  )
  .post(
    "/keyring/rewrap",
    describeRoute({
      summary: "Re-wrap contractor keys under the current key",
      responses: { 200: json(z.object({ left: z.number() }), "How many are left") },
    }),
    async (c) => c.json(await c.env.VAULT.rewrap({ limit: 100 })),
  )
  .delete(
    "/contractors/:id",
    describeRoute({
      summary: "Destroy everything of a contractor: their key first, so that nothing of theirs opens again",
      responses: { 200: json(z.object({ credentials: z.number() }), "What was destroyed") },
    }),
    input("param", z.object({ id: ContractorId })),
    input("json", z.strictObject({ confirm: z.string() })),
    async (c) => {
      const { id } = c.req.valid("param");
      if (c.req.valid("json").confirm !== id)
        throw new Refused(422, {
          kind: "InvalidRequest",
          message: "Some fields are wrong.",
          fields: { confirm: "repeat the contractor's id" },
        });
      const shredded = await c.env.VAULT.shred({ contractor: id });
      await eraseCalendars(c.env, id);
      await eraseFetches(c.env, id); // before the runs, which they begin
      await eraseRuns(sweepingOf(c.env), id);
      await eraseFiles(filesOf(c.env), id);
      await contractorOf(c.env, id).erase();
      await deleteContractor(c.env.DB, id);
      return c.json(shredded);
    },
  );
