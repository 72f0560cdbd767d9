/** Places of the sandbox: a few that are real, and for any other text one that is made of the text, always the same. */

export interface Place {
  readonly id: string;
  readonly address: string;
  readonly location: { readonly lat: number; readonly lng: number };
  readonly precision: "ROOFTOP" | "RANGE_INTERPOLATED" | "GEOMETRIC_CENTER" | "APPROXIMATE";
  readonly country: string;
  readonly types: readonly string[];
  /** Long name, short name, type. */
  readonly parts: readonly (readonly [string, string, string])[];
  readonly partial: boolean;
}

const USA = ["United States", "US", "country"] as const;

function place(
  words: RegExp,
  address: string,
  lat: number,
  lng: number,
  precision: Place["precision"],
  parts: Place["parts"],
): { readonly words: RegExp; readonly place: Place } {
  const types = precision === "APPROXIMATE" ? ["locality", "political"] : ["street_address"];
  return { words, place: { id: idOf(address), address, location: { lat, lng }, precision, country: "US", types, parts, partial: false } };
}

const KNOWN = [
  place(
    /^1600 amphitheatre p(ar)?kw(a)?y\b/i,
    "1600 Amphitheatre Pkwy, Mountain View, CA 94043, USA",
    37.4224764,
    -122.0842499,
    "ROOFTOP",
    [
      ["1600", "1600", "street_number"],
      ["Amphitheatre Parkway", "Amphitheatre Pkwy", "route"],
      ["Mountain View", "Mountain View", "locality"],
      ["California", "CA", "administrative_area_level_1"],
      USA,
      ["94043", "94043", "postal_code"],
    ],
  ),
  place(/^1600 pennsylvania av/i, "1600 Pennsylvania Avenue NW, Washington, DC 20500, USA", 38.8976763, -77.0365298, "ROOFTOP", [
    ["1600", "1600", "street_number"],
    ["Pennsylvania Avenue Northwest", "Pennsylvania Avenue NW", "route"],
    ["Washington", "Washington", "locality"],
    ["District of Columbia", "DC", "administrative_area_level_1"],
    USA,
    ["20500", "20500", "postal_code"],
  ]),
  place(/^350 (5th|fifth) av/i, "350 5th Ave, New York, NY 10118, USA", 40.7484405, -73.9856644, "ROOFTOP", [
    ["350", "350", "street_number"],
    ["5th Avenue", "5th Ave", "route"],
    ["New York", "New York", "locality"],
    ["New York", "NY", "administrative_area_level_1"],
    USA,
    ["10118", "10118", "postal_code"],
  ]),
  place(/^denver\b/i, "Denver, CO, USA", 39.7392358, -104.990251, "APPROXIMATE", [
    ["Denver", "Denver", "locality"],
    ["Colorado", "CO", "administrative_area_level_1"],
    USA,
  ]),
  place(/^springfield(?!.*\bmo\b)/i, "Springfield, IL, USA", 39.7817213, -89.6501481, "APPROXIMATE", [
    ["Springfield", "Springfield", "locality"],
    ["Illinois", "IL", "administrative_area_level_1"],
    USA,
  ]),
  place(/^springfield(?!.*\bil\b)/i, "Springfield, MO, USA", 37.2089572, -93.2922989, "APPROXIMATE", [
    ["Springfield", "Springfield", "locality"],
    ["Missouri", "MO", "administrative_area_level_1"],
    USA,
  ]),
];

/** A number between 0 and 1 from a text, well spread (FNV-1a). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash / 0x1_0000_0000;
}
function idOf(address: string): string {
  const tail = [...address].reduce(
    (made, character) =>
      made +
      fraction(made + character)
        .toString(36)
        .slice(2, 4),
    "",
  );
  return `ChIJ${tail.slice(0, 23).padEnd(23, "0")}`;
}

/** Within the continental United States. */
function invented(text: string): Place {
  const tidy = text.trim().replace(/\s+/g, " ");
  const seed = tidy.toLowerCase();
  const number = /^\d+/.exec(tidy)?.[0];
  const address = /\b(usa|united states)$/i.test(tidy) ? tidy : `${tidy}, USA`;
  const round = (value: number): number => Math.round(value * 1e7) / 1e7;
  return {
    id: idOf(seed),
    address,
    location: { lat: round(30 + 15 * fraction(`${seed}|lat`)), lng: round(-115 + 35 * fraction(`${seed}|lng`)) },
    precision: number === undefined ? "APPROXIMATE" : "RANGE_INTERPOLATED",
    country: "US",
    types: number === undefined ? ["locality", "political"] : ["street_address"],
    parts: [...(number === undefined ? [] : [[number, number, "street_number"] as const]), USA],
    partial: number === undefined,
  };
}

/** Places for a text, best first; for a place's id alone, if `byId`. None for a text without letters, or with "nowhere" in it. */
export function placesFor(text: string, byId = false): readonly Place[] {
  if (byId) return KNOWN.filter(({ place: { id } }) => id === text).map(({ place }) => place);
  const tidy = text.trim();
  if (!/\p{L}{2}/u.test(tidy) || /nowhere/i.test(tidy)) return [];
  const known = KNOWN.filter(({ words }) => words.test(tidy)).map(({ place }) => place);
  return known.length > 0 ? known : [invented(tidy)];
}

/** What stands at a point: a place that is known, if it is near, else a made one. */
export function placeAt(location: Place["location"]): Place {
  const near = KNOWN.find(({ place }) => Math.abs(place.location.lat - location.lat) + Math.abs(place.location.lng - location.lng) < 0.01);
  return near?.place ?? { ...invented(`${Math.ceil(fraction(`${location.lat}`) * 9000)} Sandbox St`), location };
}
