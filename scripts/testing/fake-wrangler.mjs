// Stands in for wrangler and Cloudflare behind it: keeps an account in the JSON file FAKE_ACCOUNT, and records each call there.
import { readFileSync, writeFileSync } from "node:fs";

const path = process.env.FAKE_ACCOUNT;
const account = JSON.parse(readFileSync(path, "utf8"));
const args = process.argv.slice(2);
const input = readFileSync(0, "utf8");
const option = (name) => args[args.indexOf(name) + 1];
const config = args.includes("--config") ? JSON.parse(readFileSync(option("--config"), "utf8")) : undefined;
const line = args.filter((arg) => !arg.startsWith("/")).join(" ");
const say = (value) => console.info(typeof value === "string" ? value : JSON.stringify(value, null, 2));

account.calls.push({ line: config ? `${line.replace(" --config", "")} ${config.name}` : line, input: input.length });
const refuse = (why) => {
  writeFileSync(path, JSON.stringify(account));
  console.error(`✘ [ERROR] ${why}`);
  process.exit(1);
};
if (account.failOn && line.includes(account.failOn) && (!account.failFor || config?.name === account.failFor))
  refuse("A request to the Cloudflare API failed.");

const [first, second, third] = args;
if (first === "d1" && second === "list") say(account.databases);
else if (first === "d1" && second === "create") account.databases.push({ uuid: `uuid-of-${third}`, name: third });
else if (first === "d1" && second === "migrations") {
  const database = config.d1_databases.find(({ binding }) => binding === args[3]);
  if (!account.databases.some(({ uuid }) => uuid === database.database_id)) refuse(`no database ${database.database_id}`);
} else if (first === "kv" && third === "list") say(account.namespaces);
else if (first === "kv" && third === "create") account.namespaces.push({ id: `id-of-${args[3]}`, title: args[3] });
else if (first === "queues" && second === "info") {
  if (!account.queues.includes(third)) refuse("Queue does not exist");
} else if (first === "queues" && second === "create") account.queues.push(third);
else if (first === "r2" && third === "info") {
  if (!account.buckets.includes(args[3])) refuse("The specified bucket does not exist.");
} else if (first === "r2" && third === "create") account.buckets.push(args[3]);
else if (first === "secret" && second === "list") {
  if (!account.workers[option("--name")]) refuse("This Worker does not exist on your account.");
  say("Hello from wrangler");
  say(Object.keys(account.workers[option("--name")].secrets).map((name) => ({ name, type: "secret_text" })));
} else if (first === "secret" && second === "put") account.workers[option("--name")].secrets[third] = input;
else if (first === "deploy") {
  for (const { service } of config.services ?? []) if (!account.workers[service]) refuse(`Could not resolve service binding: ${service}`);
  account.workers[config.name] = { secrets: {}, ...account.workers[config.name], config };
} else refuse(`the stand-in knows no ${line}`);
writeFileSync(path, JSON.stringify(account));
