/** `npm run vault -- status | rotate`: the key-encryption keys, of the local vault or of a deployed one. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { VaultAdminRpc } from "@junction/core";
import { type Keyring, parseKeyring } from "@junction/vault";
import * as z from "zod";
import { CommandError, command, readOptions } from "./command.ts";
import { must, wranglerProgram } from "./deploy/wrangler.ts";
import { keyringPath, localKeyring, saveKeyring } from "./local/keyring.ts";
import { rotate } from "./local/rotation.ts";
import { runningAt } from "./local/state-lock.ts";
import { projectRoot, workerName } from "./project.ts";
import { operatorToken } from "./seed.ts";
import { startStack } from "./stack.ts";

const HELP = `npm run vault -- status    the keys of the keyring, and how many contractor keys each wraps
npm run vault -- rotate    add a new key, re-wrap under it, retire the old one; calls go on all the while

  --state DIR      the local stack's state (default .junction/state); it may be running or not
  --remote URL     the vault deployed behind this gateway, with an operator's session token in JUNCTION_OPERATOR_TOKEN
  --keyring FILE   the deployed vault's keyring, as the operator keeps it; a rotation writes each stage to it before the vault gets it
`;

type VaultView = Pick<VaultAdminRpc, "keyring" | "rewrap">;
interface Operated {
  readonly vault: VaultView;
  readonly keyring: () => Keyring;
  readonly roll: (keyring: Keyring) => Promise<void>;
  readonly done: () => Promise<void>;
}

const Status = z.object({ current: z.string(), keys: z.array(z.object({ id: z.string(), wraps: z.number() })) });
const Left = z.object({ left: z.number() });
const ROLLED_OUT_MS = 60_000;

/** The operator's side of the vault over the gateway's API. */
function overHttp(url: string, token: string): VaultView {
  const ask = async <S extends z.ZodType>(shape: S, method: string, path: string): Promise<z.output<S>> => {
    const reply = await fetch(`${url}/api/operator/${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    if (!reply.ok) throw new CommandError(`${url}/api/operator/${path} answered ${reply.status}: ${(await reply.text()).slice(0, 300)}`);
    return shape.parse(await reply.json());
  };
  return { keyring: () => ask(Status, "GET", "keyring"), rewrap: () => ask(Left, "POST", "keyring/rewrap") };
}

/** Waits until the vault answers with exactly these keys. */
async function until(vault: VaultView, { current, keys }: Keyring): Promise<void> {
  const end = Date.now() + ROLLED_OUT_MS;
  const wanted = Object.keys(keys).sort().join();
  for (;;) {
    const seen = await vault.keyring();
    if (
      seen.current === current &&
      seen.keys
        .map(({ id }) => id)
        .sort()
        .join() === wanted
    )
      return;
    if (Date.now() > end) throw new CommandError("The vault has not taken up the changed keyring. Nothing is lost; run this again.");
    await pause(100);
  }
}

/** The local vault: of the stack that runs on this state, which watches the keyring's file, or of one started for this. */
async function local(stateDir: string): Promise<Operated> {
  if (!existsSync(keyringPath(stateDir))) throw new CommandError(`There is no keyring in ${stateDir}: the first npm start makes it`);
  const keyring = () => parseKeyring(localKeyring(stateDir));
  const url = runningAt(stateDir);
  if (url !== undefined) {
    const vault = overHttp(url, await operatorToken(url));
    const roll = async (ring: Keyring) => {
      saveKeyring(keyringPath(stateDir), ring);
      await until(vault, ring);
    };
    return { vault, keyring, roll, done: async () => {} };
  }
  const { vault, dispose } = await startStack({ stateDir });
  const roll = async (ring: Keyring) => {
    saveKeyring(keyringPath(stateDir), ring);
    await vault.handOver(JSON.stringify(ring));
  };
  return { vault, keyring, roll, done: dispose };
}

/** A deployed vault: its secret cannot be read back, so the operator's copy is the one that is changed, and first. */
function remote(url: string, path: string | undefined): Operated {
  const token = process.env["JUNCTION_OPERATOR_TOKEN"];
  if (!token) throw new CommandError("Set JUNCTION_OPERATOR_TOKEN to the session token of an operator");
  const vault = overHttp(url.replace(/\/$/, ""), token);
  const file = () => {
    if (path === undefined || !existsSync(path))
      throw new CommandError("Say with --keyring FILE where the deployed vault's keyring is kept");
    return path;
  };
  const wrangler = wranglerProgram(process.env);
  return {
    vault,
    keyring: () => parseKeyring(readFileSync(file(), "utf8")),
    roll: async (ring) => {
      saveKeyring(file(), ring);
      await must(
        wrangler,
        "Setting the vault's keyring",
        ["secret", "put", "KEYRING", "--name", workerName("vault")],
        JSON.stringify(ring),
      );
      await until(vault, ring);
      // One isolate answered; Cloudflare shows no sign of the last one having the secret.
      await pause(ROLLED_OUT_MS);
    },
    done: async () => {},
  };
}

async function main(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = readOptions(args, { state: text, remote: text, keyring: text, help: { type: "boolean" } }, HELP);
  const [what, ...others] = positionals;
  if (values.help === true) return console.info(HELP);
  if ((what !== "status" && what !== "rotate") || others.length > 0) throw new CommandError(HELP);
  const stateDir = values.state === undefined ? join(projectRoot, ".junction/state") : resolve(values.state);
  const { vault, keyring, roll, done } = values.remote === undefined ? await local(stateDir) : remote(values.remote, values.keyring);
  try {
    if (what === "rotate") await rotate({ vault, keyring: keyring(), roll, say: (line) => console.info(line) });
    const { current, keys } = await vault.keyring();
    for (const { id, wraps } of keys)
      console.info(`${id === current ? "*" : " "} ${id}  wraps ${wraps} contractor ${wraps === 1 ? "key" : "keys"}`);
  } finally {
    await done();
  }
}

if (import.meta.main) await command(() => main(process.argv.slice(2)));
