/** Media that Meta fetches by itself, and photos hung on a post. */
import { type Call, refuse } from "@junction/sandbox";
import { badParameter, graphError } from "./errors.ts";
import { type Page, photosOf } from "./pages.ts";

/** An address Meta's crawler can reach: https, and of the public internet. */
export function publicUrl({ form }: Call, name: string): string {
  const given = form.get(name) ?? "";
  if (!URL.canParse(given)) return badParameter(`param ${name} must be a valid URI`);
  const { protocol, hostname } = new URL(given);
  if (protocol !== "https:" && protocol !== "http:") return badParameter(`param ${name} must be a valid URI`);
  if (!hostname.includes(".")) return refuse(graphError(400, { message: "Missing or invalid image file", code: 324, subcode: 2069019 }));
  return given;
}

/** The addresses of the photos that `attached_media` names. */
export function attachedTo({ state }: Call, page: Page, attached: string): readonly string[] {
  let given: unknown;
  try {
    given = JSON.parse(attached);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!Array.isArray(given)) return badParameter("param attached_media must be an array.");
  return given.map((one: unknown) => {
    const id = typeof one === "object" && one !== null && "media_fbid" in one ? String(one.media_fbid) : "";
    const photo = photosOf(state).get(id);
    if (photo?.page !== page.id || photo.published) return badParameter(`Invalid attached media: ${id}`);
    return photo.url;
  });
}
