import { catalog } from "@junction/catalog";
import { expect, test } from "vitest";
import { servingOrder } from "./routes.ts";

const connected = (...vendors: string[]) => vendors.map((vendor, connectedAt) => ({ vendor, connectedAt }));
const order = (tool: string, all: ReturnType<typeof connected>, route: string[] = []) =>
  servingOrder(tool, all, route).map(({ vendor }) => vendor);

test("a tool's default goes before the order of connecting, and the contractor's route before both", () => {
  const payments = connected("square", "stripe");
  expect(order("crm/charge_card", payments)).toEqual(["stripe", "square"]);
  expect(order("crm/charge_card", payments, ["square"])).toEqual(["square", "stripe"]);
  expect(order("crm/take_payment_in_person", payments)).toEqual(["square"]);
  expect(order("crm/send_contract", connected("docusign", "dropbox-sign"))).toEqual(["dropbox-sign", "docusign"]);
  expect(order("crm/send_email", connected("sendgrid", "mailgun"))).toEqual(["sendgrid", "mailgun"]);
  expect(order("crm/send_email", connected("mailgun", "sendgrid"))).toEqual(["mailgun", "sendgrid"]);
});

test("of a tool one vendor at most is the default", () => {
  const first = catalog.vendors.flatMap(({ actions }) => actions.filter((action) => action.first).map(({ tool }) => tool));
  expect(first.filter((tool, at) => first.indexOf(tool) < at)).toEqual([]);
});
