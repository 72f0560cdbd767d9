/** Which tools a request in plain words is about: Okapi BM25 over names, titles and descriptions. No list of synonyms: the words stand in the tools. */
import type { CatalogTool } from "@junction/core";

/** Words that are in every request and in no tool's meaning. */
const EMPTY = new Set(
  "a an and are as at be been by can could did do does for from had has have he her here him his how i if in is it its me my no not of off on or our out she should so that the their them there these they this to up us was we were what when where which who whose will with would yet you your".split(
    " ",
  ),
);
/** How often a word counts by where it stands: in a name it says more than in a description. */
const WEIGHT = { id: 3, title: 2, description: 1 };
const [SATURATION, LENGTH] = [1.2, 0.5];

/** A word without what English puts at its end: `calls`, `calling` and `called` are `call`. */
function stem(word: string): string {
  const bare = word.replace(/'s$/, "");
  if (bare.length < 4) return bare;
  return bare
    .replace(/(ss|us|is)$/, "$1|")
    .replace(/ies$/, "y")
    .replace(/(?<=[sxz]|ch|sh)es$/, "")
    .replace(/(?<=..)s$/, "")
    .replace("|", "")
    .replace(/(?<=[a-z]{3})(ing|ed)$/, "")
    .replace(/(?<=[a-z]{2})([bdgmnprt])\1$/, "$1")
    .replace(/(?<=[a-z]{3})e$/, "")
    .replace(/(?<=[a-z]{2})i$/, "y");
}
const words = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[a-z0-9']+/g) ?? []).filter((word) => !EMPTY.has(word)).map(stem);

interface Entry {
  readonly tool: CatalogTool;
  /** Word → how often it counts. */
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}
export interface ToolIndex {
  readonly entries: readonly Entry[];
  /** Word → in how many tools. */
  readonly spread: ReadonlyMap<string, number>;
  readonly meanLength: number;
}

export function indexTools(tools: readonly CatalogTool[]): ToolIndex {
  const spread = new Map<string, number>();
  const entries = tools.map((tool): Entry => {
    const counts = new Map<string, number>();
    for (const part of ["id", "title", "description"] as const)
      for (const word of words(tool[part].replace(/^crm\//, "").replaceAll("_", " ")))
        counts.set(word, (counts.get(word) ?? 0) + WEIGHT[part]);
    for (const word of counts.keys()) spread.set(word, (spread.get(word) ?? 0) + 1);
    return { tool, counts, length: [...counts.values()].reduce((sum, count) => sum + count, 0) };
  });
  return { entries, spread, meanLength: entries.reduce((sum, { length }) => sum + length, 0) / Math.max(1, entries.length) };
}

export interface Found {
  readonly tool: CatalogTool;
  readonly score: number;
}

/** The best first; tools that share no word with the request are left out. */
export function rankTools({ entries, spread, meanLength }: ToolIndex, request: string, most = 10): readonly Found[] {
  const asked = [...new Set(words(request.slice(0, 2000)))];
  const rarity = (word: string) => {
    const n = spread.get(word) ?? 0;
    return Math.log(1 + (entries.length - n + 0.5) / (n + 0.5));
  };
  return entries
    .map(({ tool, counts, length }): Found => {
      const score = asked.reduce((sum, word) => {
        const count = counts.get(word) ?? 0;
        return sum + (rarity(word) * count * (SATURATION + 1)) / (count + SATURATION * (1 - LENGTH + (LENGTH * length) / meanLength));
      }, 0);
      return { tool, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.tool.id < b.tool.id ? -1 : 1))
    .slice(0, most);
}
