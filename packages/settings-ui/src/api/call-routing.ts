/** How calls to the contractor's numbers are answered. */
import { queryOptions } from "@tanstack/react-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";
import { queryClient } from "./queries.ts";

type One = (typeof api)["call-routing"][":number"];
export type Routing = InferResponseType<(typeof api)["call-routing"]["$get"], 200>["routings"][number];
export type NewRouting = InferRequestType<One["$put"]>["json"];
export type Handling = Routing["open"];
export type Hours = Routing["hours"][number];

export const routings = queryOptions({
  queryKey: ["call-routing"],
  queryFn: async () => (await answer(api["call-routing"].$get())).routings,
});
export const saveRouting = (number: string, json: NewRouting) => answer(api["call-routing"][":number"].$put({ param: { number }, json }));
export const removeRouting = (number: string) => answer(api["call-routing"][":number"].$delete({ param: { number } }));
export const refreshRoutings = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["call-routing"] });

/** Has the number's vendor send its calls here, or no longer. */
export const answerCalls = (phone_number: string, answer_calls: boolean) =>
  answer(
    api.tools[":domain"][":name"].call.$post({
      param: { domain: "crm", name: "configure_phone_number" },
      json: { input: { phone_number, answer_calls } as never }, // what a tool takes is of many shapes
    }),
  );

/** Where the recording of a message can be heard, for as long as the file is kept. */
export async function voicemail(recording_id: string): Promise<string> {
  const done = await answer(
    api.tools[":domain"][":name"].call.$post({
      param: { domain: "crm", name: "get_voicemail" },
      json: { input: { recording_id } as never }, // what a tool takes is of many shapes, and so is what it gives
    }),
  );
  return (done.result as unknown as { readonly audio: { readonly url: string } }).audio.url;
}
