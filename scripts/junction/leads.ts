/** `leads` and what goes with it: the people workflows are about. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Command, show } from "./command.ts";
import { type Flag, type Read, UsageError, wholeNumber } from "./flags.ts";
import { type Cell, pairs, table, time } from "./print.ts";
import { named } from "./workflows.ts";

const Lead = z.object({
  id: z.string(),
  name: z.string().nullable(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
  source: z.string().nullable(),
  external: z.record(z.string(), z.string()),
  custom: z.record(z.string(), z.string()),
  updated_at: z.number(),
});
const Entry = z.object({
  at: z.number(),
  vendor: z.string().nullable(),
  words: z.string(),
  state: z.string().nullable(),
  url: z.string().nullable(),
});
const Done = z.object({
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  errors: z.array(z.object({ line: z.number(), field: z.string().nullable(), message: z.string() })),
});
const TINTS: Readonly<Record<string, "red" | "yellow" | "green">> = { failure: "red", pending: "yellow", success: "green" };

const KNOWN: readonly Flag[] = [
  { name: "name", about: "the person's name" },
  { name: "phone", many: true, about: "a number such as +12025550123; may be given more than once" },
  { name: "email", many: true, about: "an address; may be given more than once" },
  { name: "field", many: true, about: "a field of your own, name=value; may be given more than once" },
];
const path = (read: Read, more = ""): string => `/api/leads/${encodeURIComponent(read.words[0] ?? "")}${more}`;

/** What the flags say of a person. */
function known(read: Read): Record<string, unknown> {
  const [name, phones, emails, custom] = [read.one("name"), read.all("phone"), read.all("email"), named(read, "field")];
  return {
    ...(name !== undefined && { name }),
    ...(phones.length > 0 && { phones }),
    ...(emails.length > 0 && { emails }),
    ...(Object.keys(custom).length > 0 && { custom }),
  };
}

export const leads: readonly Command[] = [
  {
    name: "leads",
    takes: "[--query TEXT] [--limit N] [--before PLACE]",
    about: "leads, those heard of last first",
    flags: [
      { name: "query", about: "part of a name, an email or a phone" },
      { name: "limit", about: "a whole number from 1 to 200 (20 if left out)" },
      { name: "before", about: "what the page before said" },
    ],
    words: [0, 0],
    async run(cli, read) {
      const query = new URLSearchParams({ limit: String(wholeNumber(read, "limit", 1, 200) ?? 20) });
      for (const name of ["query", "before"]) {
        const value = read.one(name);
        if (value !== undefined) query.set(name, value);
      }
      const { body } = await cli.gateway.ask("GET", `/api/leads?${query}`);
      show(cli, read, body, () => {
        const page = z.object({ leads: z.array(Lead), next: z.string().nullable() }).parse(body);
        if (page.leads.length === 0) return cli.io.say("There are none. `junction leads import <file.csv>` takes some in.");
        table(
          cli.io,
          ["NAME", "PHONES", "EMAILS", "FROM", "HEARD OF", "LEAD"],
          page.leads.map((one): Cell[] => [
            ...[one.name, one.phones.join(", "), one.emails.join(", "), one.source],
            ...[time(one.updated_at), one.id],
          ]),
        );
        if (page.next !== null) cli.io.say(`There are more: --before ${page.next}`);
      });
      return 0;
    },
  },
  {
    name: "leads show",
    takes: "<lead>",
    about: "one lead, and what happened to them",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", path(read));
      show(cli, read, body, () => {
        const { timeline, ...lead } = Lead.extend({ timeline: z.array(Entry) }).parse(body);
        const listed = (record: Readonly<Record<string, string>>) =>
          Object.entries(record)
            .map(([name, value]) => `${name}: ${value}`)
            .join(", ");
        pairs(cli.io, [
          ["lead", lead.id],
          ["name", lead.name],
          ["phones", lead.phones.join(", ")],
          ["emails", lead.emails.join(", ")],
          ["fields", listed(lead.custom)],
          ["known at", listed(lead.external)],
        ]);
        cli.io.out("\n");
        table(
          cli.io,
          ["WHEN", "WHAT", "CAME OF IT", "WHERE"],
          timeline.map((one) => [time(one.at), one.words, one.state, one.url]),
          (row, column) => (column === 2 ? TINTS[timeline[row]?.state ?? ""] : undefined),
        );
      });
      return 0;
    },
  },
  {
    name: "leads add",
    takes: "[--name N] [--phone P] [--email E] [--field name=value]",
    about: "make a lead",
    flags: KNOWN,
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", "/api/leads", known(read));
      show(cli, read, body, () => pairs(cli.io, [["lead", Lead.parse(body).id]]));
      return 0;
    },
  },
  {
    name: "leads change",
    takes: "<lead> [--name N] [--phone P] [--email E] [--field name=value]",
    about: "change what is known of a lead; phones and emails are given whole, the first is the one used",
    flags: KNOWN,
    words: [1, 1],
    async run(cli, read) {
      const changes = known(read);
      if (Object.keys(changes).length === 0) throw new UsageError("Say what to change.");
      const { body } = await cli.gateway.ask("PATCH", path(read), changes);
      show(cli, read, body, () => cli.io.say("Changed."));
      return 0;
    },
  },
  {
    name: "leads import",
    takes: "<file.csv> [--check]",
    about: "take leads in from a CSV file: all good rows, and each bad one named",
    flags: [{ name: "check", kind: "switch", about: "only say what would come in, and what is wrong" }],
    words: [1, 1],
    async run(cli, read) {
      const dryRun = read.on("check") === true;
      let csv: string;
      try {
        csv = readFileSync(read.words[0] ?? "", "utf8");
      } catch (error) {
        throw new UsageError(`The file cannot be read (${error instanceof Error ? error.message : String(error)}).`);
      }
      const { body } = await cli.gateway.ask("POST", "/api/leads/import", { csv, dry_run: dryRun });
      const { rows, created, updated, errors } = Done.parse(body);
      show(cli, read, body, () => {
        if (errors.length > 0)
          table(
            cli.io,
            ["LINE", "FIELD", "WHAT IS WRONG"],
            errors.map(({ line, field, message }) => [line, field, message]),
          );
        cli.io.say(
          `${rows} rows: ${created} ${dryRun ? "would be" : ""} new, ${updated} known, ${errors.length} wrong.`.replace("  ", " "),
        );
      });
      return errors.length > 0 ? 1 : 0;
    },
  },
  {
    name: "leads merge",
    takes: "<lead> <into>",
    about: "join a lead to another, which stays",
    words: [2, 2],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", path(read, "/merge"), { into: read.words[1] });
      show(cli, read, body, () => cli.io.say(`They are one now: ${Lead.parse(body).id}.`));
      return 0;
    },
  },
  {
    name: "leads remove",
    takes: "<lead>",
    about: "forget a lead and their timeline",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("DELETE", path(read));
      show(cli, read, body, () => cli.io.say("Forgotten here. What integrations know of them stays there."));
      return 0;
    },
  },
];
