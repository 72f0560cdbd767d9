/** Runs of workflows in a started mesh, as tests begin and watch them: past the API, by the objects themselves. */

import { vi } from "vitest";
import { Definition } from "../../packages/workflow/src/definition.ts";
import type { RunLead, RunRpc, RunState, RunView } from "../../packages/workflow/src/run.ts";
import type { Mesh } from "../mesh.ts";

export interface Begun {
  readonly contractor: string;
  readonly run: string;
}
export type Runs = ReturnType<typeof runsOn>;

// biome-ignore lint/suspicious/noExplicitAny: a test writes a definition as people write it
type Steps = readonly any[];

export function runsOn(mesh: Mesh) {
  const object = ({ contractor, run }: Begun) => mesh.object<RunRpc>("RUN", `${contractor}/${run}`);
  let made = 0;
  const runs = {
    object,
    async lead(contractor: string, { name = null, phone = null, email = null, custom = {} }: Partial<RunLead>): Promise<RunLead> {
      const ask = { ...(name && { name }), phones: phone ? [phone] : [], emails: email ? [email] : [], custom, announce: false };
      const { body } = await mesh.api("POST", "/leads", ask, { contractor });
      if (typeof body.id !== "string") throw new Error(JSON.stringify(body));
      return { id: body.id, name, phone, email, custom };
    },
    async start(
      contractor: string,
      steps: Steps,
      {
        lead = null,
        input = {},
        run = `run_${made++}`,
        ...rest
      }: { lead?: RunLead | null; input?: Record<string, string>; run?: string; concurrency?: number; expires_after?: string } = {},
    ): Promise<Begun> {
      const definition = Definition.parse({ name: "Test", steps, ...rest });
      await object({ contractor, run }).start({
        contractor,
        run,
        workflow: "wf_test",
        version: 1,
        definition,
        lead,
        input,
        now: Date.now(),
      });
      return { contractor, run };
    },
    /** An address of the contractor's own that takes what is sent there. */
    async subscription(contractor: string): Promise<string> {
      const { body } = await mesh.api("POST", "/subscriptions", { url: `https://hooks.example/take/${contractor}` }, { contractor });
      if (typeof body.id !== "string") throw new Error(JSON.stringify(body));
      return body.id;
    },
    async view(begun: Begun): Promise<RunView> {
      const view = await object(begun).view();
      if (!view) throw new Error(`there is no run ${begun.run}`);
      return view;
    },
    /** Waits until it stands so. */
    async until(begun: Begun, state: RunState, timeout = 15_000): Promise<RunView> {
      let view = await runs.view(begun);
      await vi.waitFor(
        async () => {
          view = await runs.view(begun);
          if (view.state !== state) throw new Error(`${begun.run} is ${view.state}, not ${state}: ${JSON.stringify(view)}`);
        },
        { timeout, interval: 25 },
      );
      return view;
    },
    async inbox(vendor: string, of: string): Promise<readonly Record<string, unknown>[]> {
      const { body } = await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`);
      return body.inbox.filter((entry: object) => JSON.stringify(entry).includes(of));
    },
  };
  return runs;
}
