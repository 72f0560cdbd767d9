/** The contractor's own phone numbers: found, bought, set up, given back. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Phone } from "./words.ts";

const Own = Phone.check(z.describe("one of the contractor's own numbers in E.164 form, such as +12025550123"));
const Can = z.array(z.enum(["calls", "texts", "pictures"])).check(z.describe("what the number can be used for"));

export const searchPhoneNumbers = tool({
  id: "crm/search_phone_numbers",
  title: "Search phone numbers for sale",
  description:
    "Finds new phone numbers that the contractor could buy, by country and area code. It buys nothing; crm/list_phone_numbers lists those the contractor has.",
  effect: "read",
  input: z.strictObject({
    country: z._default(z.string().check(z.regex(/^[A-Z]{2}$/), z.describe("the country, as an ISO 3166 code such as US")), "US"),
    area_code: z.optional(
      z.string().check(z.regex(/^[2-9]\d{2}$/), z.describe("the three-digit area code, in the USA and Canada, such as 202")),
    ),
    contains: z.optional(
      z
        .string()
        .check(
          z.regex(/^[A-Za-z0-9*]{2,14}$/),
          z.describe("digits or letters that it should contain, such as 555 or PIPE; * stands for any one digit"),
        ),
    ),
    city: z.optional(z.string().check(z.minLength(1), z.maxLength(100), z.describe("the city it should belong to, such as Denver"))),
    kind: z._default(z.enum(["local", "toll_free", "mobile"]).check(z.describe("the kind of number")), "local"),
    needs: z._default(z.array(z.enum(["calls", "texts", "pictures"])).check(z.maxLength(3), z.describe("what it must be able to do")), [
      "calls",
      "texts",
    ]),
    limit: z._default(z.int().check(z.minimum(1), z.maximum(30), z.describe("at most this many, 1 to 30")), 10),
  }),
  output: z.object({
    numbers: z.array(z.object({ phone_number: z.string(), place: z.optional(z.string()), can: Can })),
  }),
});

export const buyPhoneNumber = tool({
  id: "crm/buy_phone_number",
  title: "Buy a phone number",
  description:
    "Buys one phone number that crm/search_phone_numbers found; it is billed every month until it is released. A number the contractor already has is not bought again.",
  effect: "spend",
  input: z.strictObject({
    phone_number: Phone,
    name: z.optional(
      z
        .string()
        .check(z.minLength(1), z.maxLength(64), z.describe("what the contractor calls it, up to 64 characters, such as Yard signs")),
    ),
  }),
  output: z.object({ phone_number: z.string(), name: z.optional(z.string()), can: Can }),
});

export const configurePhoneNumber = tool({
  id: "crm/configure_phone_number",
  title: "Set up a phone number",
  description:
    "Names one of the contractor's numbers, or turns on or off that Junction answers its calls (as crm/set_call_routing says) and takes in its texts.",
  effect: "write",
  passesOn: true,
  input: z.strictObject({
    phone_number: Own,
    name: z.optional(z.string().check(z.minLength(1), z.maxLength(64), z.describe("what the contractor calls it, up to 64 characters"))),
    answer_calls: z.optional(
      z
        .boolean()
        .check(z.describe("true: its calls are answered as crm/set_call_routing says; false: nothing answers them; left out, as it is")),
    ),
    take_texts: z.optional(
      z.boolean().check(z.describe("true: texts to it are taken in, and stand with the lead; false: they are not; left out, as it is")),
    ),
  }),
  output: z.object({
    phone_number: z.string(),
    name: z.optional(z.string()),
    answers_calls: z.boolean().check(z.describe("whether its calls come here")),
    takes_texts: z.boolean().check(z.describe("whether its texts come here")),
  }),
});

export const releasePhoneNumber = tool({
  id: "crm/release_phone_number",
  title: "Release a phone number",
  description:
    "Gives one of the contractor's phone numbers back for good: calls and texts to it are lost, and somebody else may get it. It ends the monthly charge.",
  effect: "destroy",
  approval: true,
  input: z.strictObject({ phone_number: Own }),
  output: z.object({ phone_number: z.string(), released: z.literal(true).check(z.describe("the contractor does not have it any more")) }),
});
