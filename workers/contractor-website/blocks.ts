/** A project's words and photos as WordPress's blocks, and back. https://developer.wordpress.org/block-editor/explanations/architecture/key-concepts/ */

export interface Photo {
  readonly id: number;
  readonly url: string;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;", "[": "&#91;" };
/** As WordPress keeps a name. */
export const inHtml = (name: string): string => name.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
/** A square bracket would begin a shortcode. */
const escaped = (text: string): string => text.replace(/[&<>"'[]/g, (character) => ENTITIES[character] ?? character);

const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${escaped(text).replace(/\n/g, "<br>")}</p>\n<!-- /wp:paragraph -->`;

const image = ({ id, url }: Photo, title: string): string =>
  [
    `<!-- wp:image {"id":${id},"sizeSlug":"large","linkDestination":"none"} -->`,
    `<figure class="wp-block-image size-large"><img src="${escaped(url)}" alt="${escaped(title)}" class="wp-image-${id}"/></figure>`,
    "<!-- /wp:image -->",
  ].join("\n");

/** Plain text; an empty line begins a new paragraph. */
export const words = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(paragraph)
    .join("\n\n");

export const gallery = (photos: readonly Photo[], title: string): string => {
  if (photos.length === 0) return "";
  const shown = photos.map((photo) => image(photo, title)).join("\n\n");
  return `<!-- wp:gallery {"linkTo":"none"} -->\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">${shown}</figure>\n<!-- /wp:gallery -->`;
};

/** The galleries and images of a post, as they stand there. */
export const pictures = (content: string): string =>
  (content.match(/<!-- wp:gallery[\s\S]*?<!-- \/wp:gallery -->|<!-- wp:image[\s\S]*?<!-- \/wp:image -->/g) ?? []).join("\n\n");

export const photoIds = (content: string): ReadonlySet<number> =>
  new Set([...content.matchAll(/\bwp-image-(\d+)\b/g)].map(([, id]) => Number(id)));

export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
/** What a reader sees of HTML, as text. */
export const plain = (html: string): string =>
  html
    .replace(/<(br|\/p)\b[^>]*>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]+);/gi, (whole, name: string) => {
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return name.startsWith("#") ? (code <= 0x10ffff ? String.fromCodePoint(code) : "") : (NAMED[name.toLowerCase()] ?? whole);
    })
    .replace(/\n{3,}/g, "\n\n")
    .trim();
