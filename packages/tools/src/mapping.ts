import * as z from "zod";
import { tool } from "./tool.ts";

export const geocodeAddress = tool({
  id: "crm/geocode_address",
  title: "Find an address on the map",
  description: "Turns a postal address into its full form and coordinates. An address that is not found gives an empty list.",
  effect: "read",
  input: z.strictObject({
    address: z
      .string()
      .min(3)
      .max(500)
      .describe("the address in one line, 3 to 500 characters, such as 1600 Amphitheatre Parkway, Mountain View, CA"),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .describe("an ISO 3166 country code in upper case to prefer, such as US"),
  }),
  output: z.object({
    matches: z
      .array(
        z.object({
          address: z.string(),
          latitude: z.number().min(-90).max(90),
          longitude: z.number().min(-180).max(180),
          precision: z
            .enum(["rooftop", "interpolated", "area"])
            .describe("rooftop: this very building; area: only the street, town or region"),
          place_id: z.string().optional(),
        }),
      )
      .describe("best first"),
  }),
});
