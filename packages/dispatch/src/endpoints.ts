/** The addresses vendors deliver to: who may come in, and what came of it. What is counted is in memory, and written down with the alarm. */

import { vendorById } from "@junction/catalog";
import { newId } from "@junction/core";
import { announceForgeries } from "./alerts.ts";
import { connectionId } from "./connections.ts";
import { type Desk, saveConnection, saveEndpoint, wake } from "./desk.ts";
import { CONTRACTOR_BYTES, CONTRACTOR_DELIVERIES, draw, ENDPOINT_BYTES, ENDPOINT_DELIVERIES, type Flow, full } from "./flood.ts";
import { NONE_FORGED, noted, suspicion } from "./forgeries.ts";
import { append } from "./health.ts";
import type { Connection, Endpoint } from "./records.ts";
import type { AcquireAsk, Admission, ContractorRpc, EndpointView, Seen, Verdict } from "./rpc.ts";

/** Counts are written down this long after the first that is not. */
const SAVE_AFTER_MS = 5_000;
/** That a vendor delivers is noted with its connection this often. */
const HEARD_EVERY_MS = 60_000;

/** Whether a delivery may come in. A made-up address costs no storage, and nothing of anyone's budget. */
export function admit(desk: Desk, { endpoint: id, bytes, now }: Parameters<ContractorRpc["admit"]>[0]): Admission {
  const endpoint = byId(desk, id);
  const connection = endpoint && desk.connections.get(endpoint.vendor);
  if (!endpoint || !connection) return { admitted: false, reason: "unknown" };
  const [own, all] = [flowOf(desk, endpoint.id, now), contractorFlow(desk, now)];
  const retryAfterMs = draw(
    [
      { bucket: own.deliveries, rate: ENDPOINT_DELIVERIES, amount: 1 },
      { bucket: own.bytes, rate: ENDPOINT_BYTES, amount: bytes },
      { bucket: all.deliveries, rate: CONTRACTOR_DELIVERIES, amount: 1 },
      { bucket: all.bytes, rate: CONTRACTOR_BYTES, amount: bytes },
    ],
    now,
  );
  if (retryAfterMs > 0) return { admitted: false, reason: "flooded", retryAfterMs };
  const { vendor, secretGeneration, holding } = endpoint;
  const generation = connection.connected ? connection.generation : 0;
  return { admitted: true, vendor, connection: connection.id, generation, secretGeneration, holding };
}

/** Counts what came of deliveries. */
export function seen(desk: Desk, { endpoint: id, seen: counts, now }: Parameters<ContractorRpc["seen"]>[0]): void {
  const before = byId(desk, id);
  if (!before) return; // erased meanwhile
  const { verified = 0, forged = 0, quarantined = 0, duplicates = 0 } = counts;
  const connection = desk.connections.get(before.vendor);
  const after: Endpoint = {
    ...before,
    verified: before.verified + verified,
    forged: before.forged + forged,
    quarantined: before.quarantined + quarantined,
    duplicates: before.duplicates + duplicates,
    lastVerifiedAt: verified > 0 ? Math.max(before.lastVerifiedAt ?? 0, now) : before.lastVerifiedAt,
    lastForgedAt: forged > 0 ? Math.max(before.lastForgedAt ?? 0, now) : before.lastForgedAt,
    forgeries: noted(before.forgeries, secretOf(before, connection), { verified, forged }, now),
  };
  desk.endpoints.set(after.vendor, after);
  desk.uncounted.add(after.vendor);
  wake(desk, now + SAVE_AFTER_MS);
  if (verified > 0 && connection) heard(desk, connection, now);
  tell(desk, after, { verified }, now);
}

/** The vendor's address, made if there is none: it may be pasted at the vendor before the vendor is connected. */
export function endpoint(desk: Desk, { contractor, vendor, now }: Parameters<ContractorRpc["endpoint"]>[0]): EndpointView {
  connectionId(desk, contractor, vendor, newId("con", now));
  const existing = desk.endpoints.get(vendor);
  if (existing) return view(existing);
  const made: Endpoint = {
    ...{ id: `${contractor}.${unguessable()}`, vendor, secretGeneration: 0, holding: false },
    ...{ verified: 0, forged: 0, quarantined: 0, duplicates: 0, lastVerifiedAt: null, lastForgedAt: null },
    ...{ forgeries: NONE_FORGED, told: null },
  };
  saveEndpoint(desk, made);
  return view(made);
}

/** An effect may tell its vendor where to deliver: to an address of the contractor's own, which is made if there is none. */
export function withEndpoint(desk: Desk, { contractor, effect, now }: AcquireAsk, verdict: Verdict): Verdict {
  if (!effect || verdict.verdict !== "granted") return verdict;
  const { vendor } = verdict;
  const webhook = vendorById(vendor)?.webhook;
  if (!webhook || webhook.secret.from === "app") return verdict;
  return { ...verdict, endpoint: endpoint(desk, { contractor, vendor, now }).id };
}

/** From now on this generation of the webhook's own secret counts; 0: there is none any more, and what came before proves nothing. */
export function hookSecret(desk: Desk, { vendor, generation, now }: Parameters<ContractorRpc["hookSecret"]>[0]): EndpointView {
  const before = desk.endpoints.get(vendor);
  if (!before) throw new Error(`${vendor} has no endpoint`);
  if (generation !== 0) {
    // Two people at once: the vault's order decides, whichever is reported last.
    saveEndpoint(desk, { ...before, secretGeneration: Math.max(before.secretGeneration, generation) });
  } else {
    if (before.told !== null) announceForgeries(desk, vendor, "withdrawn", now);
    saveEndpoint(desk, { ...before, secretGeneration: 0, lastVerifiedAt: null, forgeries: NONE_FORGED, told: null });
  }
  return view(desk.endpoints.get(vendor) ?? before);
}

export function hold(desk: Desk, { vendor, holding }: Parameters<ContractorRpc["hold"]>[0]): void {
  const before = desk.endpoints.get(vendor);
  if (before && before.holding !== holding) saveEndpoint(desk, { ...before, holding });
}

/** The alarm's part: counts that are not written down yet. */
export function saveCounts(desk: Desk): void {
  for (const vendor of desk.uncounted) {
    const endpoint = desk.endpoints.get(vendor);
    if (endpoint) saveEndpoint(desk, endpoint);
  }
}

const byId = (desk: Desk, id: string): Endpoint | undefined => desk.endpoints.get(desk.addresses.get(id) ?? "");

const view = ({ forgeries: _, told: __, vendor: ___, ...shown }: Endpoint): EndpointView => shown;

/** Which secret its deliveries are held against. */
const secretOf = ({ vendor, secretGeneration }: Endpoint, connection: Connection | undefined): number =>
  vendorById(vendor)?.webhook?.secret.from === "credential" ? (connection?.generation ?? 0) : secretGeneration;

/** A vendor that delivers is heard of. It says nothing of the credential. */
function heard(desk: Desk, connection: Connection, now: number): void {
  if (!connection.connected || connection.evidence.some(({ source, at }) => source === "webhook" && now - at < HEARD_EVERY_MS)) return;
  saveConnection(desk, {
    ...connection,
    evidence: append(connection.evidence, { at: now, source: "webhook", kind: "ok", call: "", tool: null }),
  });
}

/** An episode begins with a suspicion, and ends with a delivery that verifies once nothing is suspicious any more. */
function tell(desk: Desk, endpoint: Endpoint, { verified }: Pick<Seen, "verified">, now: number): void {
  const suspected = suspicion(endpoint.forgeries, now);
  if (suspected ? endpoint.told !== null : endpoint.told === null || verified === 0) return;
  announceForgeries(desk, endpoint.vendor, suspected ?? "over", now);
  saveEndpoint(desk, { ...endpoint, told: suspected });
}

function flowOf(desk: Desk, id: string, now: number): Flow {
  const flow = desk.flows.get(id) ?? full(ENDPOINT_DELIVERIES, ENDPOINT_BYTES, now);
  desk.flows.set(id, flow);
  return flow;
}
function contractorFlow(desk: Desk, now: number): Flow {
  const flow = desk.flows.get("") ?? full(CONTRACTOR_DELIVERIES, CONTRACTOR_BYTES, now);
  desk.flows.set("", flow);
  return flow;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648 §6, in lower case
/** 160 random bits. */
const unguessable = (): string => [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => ALPHABET[byte & 31]).join("");
