import type { MessageRow } from '../store/schema.ts';
import type { Refusal } from './accept-types.ts';
import type { RoutePlan } from '../rules/routing.ts';
import type { Routing } from './route.ts';
import type { ChosenSender, Senders } from './senders.ts';

export interface PlaceOptions {
  readonly routing: Pick<Routing, 'plan'>;
  readonly senders: Pick<Senders, 'choose'>;
}

/** A text with its sender and its carrier, or why it has none; and how that came about. */
export interface Placed {
  readonly sender: ChosenSender;
  /** Null while there is no sender to plan with. */
  readonly plan: RoutePlan | null;
  readonly result:
    | { readonly ok: true; readonly message: MessageRow }
    | { readonly ok: false; readonly refusal: Refusal };
}

/** Gives a text its sender and plans its carrier. Sending and explaining are the same code. */
export async function place({ senders, routing }: PlaceOptions, message: MessageRow): Promise<Placed> {
  const sender = await senders.choose(message);
  if (!sender.ok) {
    return { sender, plan: null, result: { ok: false, refusal: refusalOf(sender) } };
  }
  const text = { ...message, from: sender.value, warnings: [...message.warnings, ...sender.warnings] };
  const plan = await routing.plan(text);
  const smscId = plan.routes[0]?.smsc_id;
  if (smscId === undefined) return { sender, plan, result: { ok: false, refusal: noRoute } };
  return { sender, plan, result: { ok: true, message: { ...text, smsc_id: smscId } } };
}

function refusalOf({ reason, needsTopic }: Extract<ChosenSender, { ok: false }>): Refusal {
  if (needsTopic) return { code: 'INVALID_REQUEST', detail: reason, param: 'topic' };
  return { code: 'SENDER_NOT_ALLOWED', detail: reason, param: 'from' };
}

const noRoute: Refusal = {
  code: 'NO_CARRIER',
  detail: 'No carrier takes this text: see POST /v1/routes/explain.',
};
