export type { FilesAsk, FilesAtHand } from "./at-hand.ts";
export { ContractorObject } from "./contractor.ts";
export { closestTools, findTool, wireName } from "./contracts.ts";
export type { Evidence, Health, Status } from "./health.ts";
export { park } from "./park.ts";
export { dispatch } from "./pipeline.ts";
export { ledgerConsumer } from "./proof.ts";
export type { AgentKey, Alert, Approval, PendingGrant } from "./records.ts";
export type { Refusal, Trouble } from "./refusal.ts";
export { servingOrder } from "./routes.ts";
export {
  type Actor,
  type Admission,
  type AttachAsk,
  type ConnectionView,
  type ContractorRpc,
  type EndpointView,
  type ParkAsk,
  type Parking,
  type Seen,
  vendorBinding,
  type Waiter,
  type WaiterRpc,
  type WaitingWorkflow,
} from "./rpc.ts";
export type { Answer, Mesh, ToolCall } from "./tool-call.ts";
