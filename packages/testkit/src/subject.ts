/** One vendor as the suite sees it at rest: its file, its manifest, its emulator and its contract file. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Vendor } from "@junction/kit";
import type { Emulator } from "@junction/sandbox";
import { Contract } from "./law.ts";
import type { Member } from "./rig.ts";

export interface Subject {
  readonly id: string;
  /** The name of its folder. */
  readonly folder: string;
  readonly source: string;
  /** Its webhook's file, where that is one of its own; else empty. */
  readonly webhookSource: string;
  readonly vendor: Vendor;
  readonly emulator: Emulator;
  readonly contract: Contract;
}

export async function loadSubject({ id, file, emulator }: Member): Promise<Subject> {
  if (emulator === undefined) throw new Error(`${id} has no emulator: ${id}.emulator.ts must stand beside ${file}`);
  const contract = join(dirname(file), `${id}.contract.ts`);
  const webhook = join(dirname(file), "webhook.ts");
  const load = async (path: string): Promise<unknown> => ((await import(path)) as { readonly default: unknown }).default;
  return {
    id,
    folder: basename(dirname(file)),
    source: readFileSync(file, "utf8"),
    webhookSource: existsSync(webhook) ? readFileSync(webhook, "utf8") : "",
    vendor: (await load(file)) as Vendor,
    emulator: (await load(emulator)) as Emulator,
    contract: Contract.parse(existsSync(contract) ? await load(contract) : {}),
  };
}
