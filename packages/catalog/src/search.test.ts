import { expect, test } from "vitest";
import { publicTools } from "./index.ts";
import { indexTools, rankTools } from "./search.ts";
import { REQUESTS } from "./testing/requests.ts";

const index = indexTools(publicTools);
const five = (request: string) => rankTools(index, request, 5).map(({ tool }) => tool.id);

test("an agent with nothing but the tool list finds the right tool among the first five, for 95 % of plain requests", () => {
  const served = new Set(publicTools.map(({ id }) => id));
  expect(REQUESTS).toHaveLength(60);
  expect(REQUESTS.flatMap(([, ...tools]) => tools).filter((id) => !served.has(id))).toEqual([]);
  const missed = REQUESTS.filter(([request, ...tools]) => !five(request).some((id) => tools.includes(id)));
  expect(
    missed.map(([request, tool]) => `${request} → ${tool}; found ${five(request).join(", ")}`).slice(0, missed.length > 3 ? 60 : 0),
  ).toEqual([]);
});

test("a name finds its tool, whatever its form; nothing in common finds nothing; a long text is no trouble", () => {
  for (const { id } of publicTools) expect(five(id.replace("/", "_"))).toContain(id);
  expect(five("send sms")[0]).toBe("crm/send_sms");
  expect(five("zebra xylophone")).toEqual([]);
  expect(five("the of and")).toEqual([]);
  expect(five("sms ".repeat(100_000))[0]).toBe("crm/send_sms");
});
