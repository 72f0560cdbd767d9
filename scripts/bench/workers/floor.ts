/** The floor: the work itself and nothing around it. */
import { type Text, type WorkEnv, work } from "./work.ts";

export default {
  async fetch(request, env) {
    return Response.json(await work(env, await request.json<Text>()));
  },
} satisfies ExportedHandler<WorkEnv>;
