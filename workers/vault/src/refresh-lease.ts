import { DurableObject } from "cloudflare:workers";
import { ask, holder, type LeaseAnswer, type LeaseRequest, type LeaseState, release, settle, UNUSED } from "./lease.ts";

/** Keeps one credential's lease over crashes. Each method is one synchronous read and write, so no two interleave. */
export class RefreshLease extends DurableObject {
  ask(request: Omit<LeaseRequest, "now">): LeaseAnswer {
    const { state, answer } = ask(read(this.ctx), { ...request, now: Date.now() });
    write(this.ctx, state);
    return answer;
  }
  holder(lease: string): { readonly generation: number; readonly call: string } | null {
    return holder(read(this.ctx), lease);
  }
  settle(lease: string, generation: number): void {
    write(this.ctx, settle(read(this.ctx), lease, generation));
  }
  release(lease: string, rejected: boolean): void {
    write(this.ctx, release(read(this.ctx), lease, rejected));
  }
  state(): LeaseState {
    return read(this.ctx);
  }
}

function read(ctx: DurableObjectState): LeaseState {
  return ctx.storage.kv.get<LeaseState>("lease") ?? UNUSED;
}

function write(ctx: DurableObjectState, state: LeaseState): void {
  ctx.storage.kv.put("lease", state);
}
