/** `alerts`, `alerts read`. */
import * as z from "zod";
import { type Command, show } from "./command.ts";
import { UsageError } from "./flags.ts";
import { table, time } from "./print.ts";

const Alerts = z.object({
  alerts: z.array(
    z.object({
      id: z.string(),
      vendor: z.string(),
      state: z.enum(["open", "recovered"]),
      opened_at: z.number(),
      recovered_at: z.number().nullable(),
      read_at: z.number().nullable(),
      kind: z.string(),
      call: z.string(),
    }),
  ),
  unread: z.number(),
});
const Marked = z.object({ marked: z.number() });

export const alerts: readonly Command[] = [
  {
    name: "alerts",
    takes: "",
    about: "when an integration was broken, and which are broken now, newest first",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/alerts");
      show(cli, read, body, () => {
        const { alerts, unread } = Alerts.parse(body);
        if (alerts.length === 0) return cli.io.say("No integration was broken.");
        table(
          cli.io,
          ["STATE", "INTEGRATION", "OPENED", "RECOVERED", "KIND", "READ", "CALL", "ALERT"],
          alerts.map(({ id, vendor, state, kind, call, ...at }) => [
            state,
            vendor,
            time(at.opened_at),
            time(at.recovered_at),
            kind,
            at.read_at === null ? "no" : "yes",
            call,
            id,
          ]),
          (row, column) => (column === 0 ? (alerts[row]?.state === "open" ? "red" : "green") : undefined),
        );
        if (unread > 0) cli.io.say(`${unread} unread. \`junction alerts read --all\` marks them as read.`);
      });
      return 0;
    },
  },
  {
    name: "alerts read",
    takes: "<alert>  or  --all",
    about: "mark an alert as read, or all of them",
    flags: [{ name: "all", kind: "switch", about: "every alert" }],
    words: [0, 1],
    async run(cli, read) {
      const [id] = read.words;
      if ((id === undefined) !== (read.on("all") === true)) throw new UsageError("Name one alert, or say --all, and not both.");
      const { body } =
        id === undefined
          ? await cli.gateway.ask("POST", "/api/alerts/read")
          : await cli.gateway.ask("POST", `/api/alerts/${encodeURIComponent(id)}/read`, { read: true });
      show(cli, read, body, () => {
        const { marked } = Marked.parse(body);
        cli.io.say(marked === 1 ? "1 alert is marked as read." : `${marked} alerts are marked as read.`);
      });
      return 0;
    },
  },
];
