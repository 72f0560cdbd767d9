import { expect, test } from "vitest";
import { orFallback, replied } from "./answer.ts";

const fallback = { status: 200, type: "text/xml", body: "<Response><Record/></Response>" };
const vendor = { webhook: { questions: { fallback } } } as unknown as Parameters<typeof orFallback>[1];
const asks = new URL("https://junction.example/hooks/twilio/x?ask=open.1");
const tells = new URL("https://junction.example/hooks/twilio/x");

test.each([503, 429, 413, 200])("somebody on the line hears the fallback instead of %i, and what only tells does not", (status) => {
  expect(orFallback({ status }, vendor, asks)).toEqual(replied(fallback));
  expect(orFallback({ status }, vendor, tells)).toEqual({ status });
});

test("a forger hears nothing, nor does an address that nobody has; an answer stays what it is; a vendor that asks nothing is told nothing", () => {
  for (const status of [401, 404]) expect(orFallback({ status }, vendor, asks)).toEqual({ status });
  const answer = { ...replied({ ...fallback, body: "<Response/>" }), answered: true } as const;
  expect(orFallback(answer, vendor, asks)).toBe(answer);
  expect(orFallback({ status: 503 }, {}, asks)).toEqual({ status: 503 });
});
