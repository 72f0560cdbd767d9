/** WordPress's error envelope. https://developer.wordpress.org/rest-api/ */
import { type Call, type ErrorFault, html, json, page, type Reply, refuse } from "@junction/sandbox";

export const wpError = (status: number, code: string, message: string, more: object = {}): Reply =>
  json(status, { code, message, data: { status, ...more } });
export const ends = (status: number, code: string, message: string, more?: object): never => refuse(wpError(status, code, message, more));

export const badParameter = (name: string, why: string): never =>
  ends(400, "rest_invalid_param", `Invalid parameter(s): ${name}`, { params: { [name]: why }, details: {} });
export const noRoute = (): Reply => wpError(404, "rest_no_route", "No route was found matching the URL and request method.");

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => wpError(401, "incorrect_password", "The provided password is an invalid application password."),
  "403": () => wpError(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user."),
  "404": () => wpError(404, "rest_post_invalid_id", "Invalid post ID."),
  "409": () => wpError(409, "rest_conflict", "Conflict."),
  "422": () => wpError(400, "rest_invalid_param", "Invalid parameter(s): title", { params: { title: "title is not of type string." } }),
  "429": () => json(429, { message: "Too Many Requests" }),
  // WordPress has no limit of its own: the host's firewall says it in its own way.
  rate_limit_403: () => ({ ...json(429, {}), headers: { "content-type": "text/html" }, body: "<h1>429 Too Many Requests</h1>" }),
  "500": () => wpError(500, "internal_server_error", "There has been a critical error on this website."),
  "503": () => page("Maintenance", html`<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>`, [], 503),
};
export const fault = (error: ErrorFault, _: Call): Reply => FAULTS[error]();
