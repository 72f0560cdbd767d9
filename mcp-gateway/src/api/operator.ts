/** `/api/operator`: the platform's own apps at vendors, the keyring, and the end of a contractor. */
import { catalog, vendorById } from "@junction/catalog";
import { ContractorId, VendorId } from "@junction/core";
import { deleteContractor } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { contractorOf } from "../env.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const App = z.object({ vendor: z.string(), client_id: z.string().nullable() });

export const operator = new Hono<Api>()
  .use(only("operator"))
  .get(
    "/apps",
    describeRoute({
      summary: "Our own app at each vendor that needs one",
      responses: { 200: json(z.object({ apps: z.array(App) }), "Apps") },
    }),
    async (c) => {
      const wanted = catalog.vendors.filter(({ oauth }) => oauth);
      const apps = await Promise.all(
        wanted.map(async ({ id }) => ({ vendor: id, client_id: (await c.env.VAULT.describePlatform({ vendor: id }))?.clientId ?? null })),
      );
      return c.json({ apps });
    },
  )
  .put(
    "/apps/:vendor",
    describeRoute({ summary: "Set our app's client id and secret at a vendor", responses: { 200: json(App, "The app") } }),
    input("param", z.object({ vendor: VendorId })),
    input("json", z.strictObject({ client_id: z.string().min(1).max(500), client_secret: z.string().min(1).max(2000) })),
    async (c) => {
      const { vendor } = c.req.valid("param");
      if (!vendorById(vendor)?.oauth) throw notFound("integration that has an app");
      const fields = c.req.valid("json");
      await c.env.VAULT.storePlatform({ vendor, fields });
      return c.json({ vendor, client_id: fields.client_id });
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
      await contractorOf(c.env, id).erase();
      await deleteContractor(c.env.DB, id);
      return c.json(shredded);
    },
  );
