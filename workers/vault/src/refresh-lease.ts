import { DurableObject } from "cloudflare:workers";
import type { LeaseEnding } from "@junction/core";
import { ask, holder, LEASE_MS, type LeaseAnswer, type LeaseRequest, type LeaseState, probed, release, settle, UNUSED } from "./lease.ts";

/** Keeps one credential's lease over crashes. Each method is one synchronous read and write, so no two interleave. */
export class RefreshLease extends DurableObject<{ readonly LEASE_MS?: string }> {
  ask(request: Omit<LeaseRequest, "now" | "leaseMs">): LeaseAnswer {
    const leaseMs = this.env.LEASE_MS === undefined ? LEASE_MS : Number(this.env.LEASE_MS);
    const { state, answer } = ask(read(this.ctx), { ...request, leaseMs, now: Date.now() });
    write(this.ctx, state);
    return answer;
  }
  holder(lease: string): { readonly generation: number; readonly call: string } | null {
    return holder(read(this.ctx), lease);
  }
  settle(lease: string, generation: number): void {
    write(this.ctx, settle(read(this.ctx), lease, generation));
  }
  release(lease: string, ending: LeaseEnding): void {
    write(this.ctx, release(read(this.ctx), lease, ending));
  }
  probed(lease: string, works: boolean | null): void {
    write(this.ctx, probed(read(this.ctx), lease, works));
  }
  state(): LeaseState {
    return read(this.ctx);
  }
}

function read(ctx: DurableObjectState): LeaseState {
  return { ...UNUSED, ...ctx.storage.kv.get<Partial<LeaseState>>("lease") };
}

function write(ctx: DurableObjectState, state: LeaseState): void {
  ctx.storage.kv.put("lease", state);
}
