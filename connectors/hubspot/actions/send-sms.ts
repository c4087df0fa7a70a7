import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask } from '../../seam/tasks.ts';
import type { SmsClient } from '../../sdk/index.ts';
import { HubSpotError } from '../api/errors.ts';
import type { HubSpotClient } from '../api/client.ts';
import { idValue, numberValue, textValue } from '../api/values.ts';
import { json, type Reply } from '../http/reply.ts';
import { parseJson } from '../http/routes.ts';
import { findRecipients, type Found, type ObjectName } from '../people/recipients.ts';
import { senderFor } from '../people/senders.ts';
import { type Outcome, outcomeOfStatus, worstOf } from '../rules/outcome.ts';
import { actionOf, addAction, type Plan, setAnswer, waitAnew } from '../store/actions.ts';
import { type Portal, portalOfId } from '../store/portals.ts';
import { sendsOfAction } from '../store/sends.ts';
import { sendText, type SendTextResult } from './send-text.ts';

/** A choice that nobody made is null, empty or left out. */
const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices, fallback: Choices[number]) =>
  z
    .union([z.literal(''), z.enum(choices)])
    .nullish()
    .transform((chosen) => chosen || fallback);
/** developers.hubspot.com, "Custom workflow actions": what HubSpot posts when a workflow comes to the action. */
const callSchema = z.object({
  callbackId: z.string().min(1).max(300),
  origin: z.object({ portalId: numberValue }),
  object: z.object({ objectId: idValue, objectType: z.string().max(40) }),
  inputFields: z.preprocess(
    (given) => given ?? {},
    z.object({
      sender: textValue(64),
      recipient_policy: choice(['enrolled', 'primary', 'all', 'number'], 'enrolled'),
      to_number: textValue(300),
      // What is too long for a text is the server's to say, in words for the history of the workflow.
      message: textValue(65_536),
      wait_for: choice(['accepted', 'delivered'], 'accepted'),
      message_class: choice(['service', 'marketing'], 'service'),
    }),
  ),
});
type Call = z.output<typeof callSchema>;

export interface ActionOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'sms' | 'numbers'>;
  readonly clock: Clock;
  readonly onTask: () => void;
}

/** HubSpot holds the workflow for six hours; we say what we know a little before that. */
export const BLOCK_MS = 6 * 3_600_000;
const EXPIRE_MS = BLOCK_MS - 600_000;

/**
 * The workflow action "Send SMS". HubSpot repeats a call that it had no answer to, at the same time or days later: what is
 * to be sent is written down once, under the callback, and every repetition sends the same under the same key. What is not
 * sent is no failure of the workflow: it goes on, and branches on `sms_status`.
 */
export function createSendAction(options: ActionOptions) {
  const { storage, clock } = options;
  return async (body: Buffer): Promise<Reply> => {
    const parsed = callSchema.safeParse(parseJson(body));
    if (!parsed.success) return { status: 400, json: { message: 'It is no call of the action.' } };
    const call = parsed.data;
    const { callbackId } = call;
    const portal = await portalOfId(storage, call.origin.portalId);
    if (!portal || portal.state === 'uninstalled')
      return { status: 404, json: { message: 'The account is not connected.' } };
    const known = await actionOf(storage, portal.portalId, callbackId);
    if (known?.answer) {
      const waitsUntil = new Date(clock.now() + BLOCK_MS);
      return json({ outputFields: await waitAnew(storage, portal.portalId, callbackId, waitsUntil) });
    }
    if (!known) await plan(options, portal, call);
    const action = await actionOf(storage, portal.portalId, callbackId);
    if (action?.answer) return json({ outputFields: action.answer });
    if (!action?.plan) return { status: 503, headers: { 'Retry-After': '5' } };
    const outputs = await carryOut(options, portal, call, action.plan);
    const waits = action.plan.waits && outputs.sms_status === 'accepted';
    const answer = waits
      ? { ...outputs, hs_execution_state: 'BLOCK', hs_expiration_duration: 'PT6H' }
      : { ...outputs, hs_execution_state: 'SUCCESS' };
    return json({ outputFields: await answered(options, portal.portalId, callbackId, answer, waits, clock.now()) });
  };
}

async function plan(options: ActionOptions, portal: Portal, call: Call): Promise<void> {
  const { storage, client, sdk, clock } = options;
  const { inputFields: inputs, object } = call;
  const name = objectNameOf(object.objectType);
  const texts = [];
  const blocked: Outcome[] = [];
  const isEmpty = inputs.message.trim() === '';
  const found = isEmpty || name === null ? NOBODY : await recipientsOf({ client, sdk }, portal, call, name);
  for (const one of found.recipients) {
    if (!one.ok) {
      blocked.push(one.reason === 'opted_out' ? 'blocked_opted_out' : 'blocked_no_number');
      continue;
    }
    const ownerId = one.contact.properties['hubspot_owner_id'] || null;
    const from = senderFor(portal.settings, inputs.sender, ownerId);
    const type = inputs.message_class === 'marketing' ? ('promotional' as const) : ('transactional' as const);
    texts.push({
      contactId: one.contactId,
      isForeign: one.isForeign === true,
      ownerId,
      to: one.number,
      from,
      body: inputs.message,
      type,
    });
  }
  if (texts.length === 0 && blocked.length === 0) blocked.push(isEmpty ? 'failed' : 'blocked_no_number');
  const { leftOut } = found;
  const planned: Plan = { texts, blocked, waits: inputs.wait_for === 'delivered', leftOut };
  const action = {
    portalId: portal.portalId,
    callbackId: call.callbackId,
    objectType: name ?? '',
    objectId: object.objectId,
    plan: planned,
  };
  await addAction(storage, action, new Date(clock.now()));
}

const NOBODY: Found = { recipients: [], leftOut: 0 };

async function recipientsOf(
  on: Pick<ActionOptions, 'client' | 'sdk'>,
  portal: Portal,
  call: Call,
  object: ObjectName,
): Promise<Found> {
  const { recipient_policy: policy, to_number: number } = call.inputFields;
  const { portalId, settings } = portal;
  try {
    return await findRecipients(on, { portalId, settings, object, objectId: call.object.objectId, policy, number });
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'notFound') return NOBODY;
    throw error;
  }
}

const outcomeOf = (result: SendTextResult): Outcome => {
  if (result.type === 'refused') return result.outcome;
  return result.type === 'repeated' ? 'accepted' : outcomeOfStatus(result.status, 'OPTED_OUT');
};

export interface Outputs {
  readonly sms_status: Outcome;
  readonly sms_message_id: string;
  readonly sms_error: string;
  readonly sms_parts: number;
}

async function carryOut(options: ActionOptions, portal: Portal, call: Call, plan: Plan): Promise<Outputs> {
  const { clock } = options;
  const { portalId, settings: held } = portal;
  const { callbackId, object } = call;
  const origin = {
    portalId,
    source: 'action' as const,
    objectType: objectNameOf(object.objectType) ?? '',
    objectId: object.objectId,
    callbackId,
    ruleId: null,
  };
  const outcomes = plan.blocked.map((one) => one as Outcome);
  const errors: string[] = [];
  for (const text of plan.texts) {
    const key = `hubspot:${portalId}:${callbackId}:${text.contactId}`.slice(0, 255);
    const result = await sendText(options, origin, { ...text, held }, key, new Date(clock.now()));
    outcomes.push(outcomeOf(result));
    if (result.type === 'refused') errors.push(result.detail);
  }
  if (plan.texts.length === 0) errors.push(REASONS[worstOf(outcomes)] ?? '');
  const sends = await sendsOfAction(options.storage, portalId, callbackId);
  return outputsOf(outcomes, sends, errors, plan.leftOut);
}

export function outputsOf(
  outcomes: readonly Outcome[],
  sends: readonly { messageId: string; segments: number }[],
  errors: readonly string[],
  leftOut = 0,
): Outputs {
  const worst = worstOf(outcomes);
  const count =
    outcomes.length > 1
      ? [`${outcomes.filter((one) => one === 'accepted' || one === 'delivered').length} of ${outcomes.length} sent.`]
      : [];
  const more = leftOut > 0 ? [`${leftOut} more of the record left out.`] : [];
  return {
    sms_status: worst,
    sms_message_id: sends[0]?.messageId ?? '',
    sms_error: [...count, ...more, ...errors].join(' ').slice(0, 500),
    sms_parts: sends.reduce((sum, { segments }) => sum + segments, 0),
  };
}

const REASONS: Partial<Record<Outcome, string>> = {
  failed: 'The message is empty.',
  blocked_no_number: 'No contact of the record has a usable mobile number.',
  blocked_opted_out: 'The contact has opted out of texts.',
};

/** The first answer is the one. A text that ended before it was written down is looked at again at once. */
async function answered(
  options: ActionOptions,
  portalId: number,
  callbackId: string,
  answer: object,
  waits: boolean,
  nowMs: number,
) {
  const { storage, onTask } = options;
  const at = new Date(nowMs);
  const stored = await storage.transaction(async (tx) => {
    const dueAt = new Date(nowMs + EXPIRE_MS);
    const lane = `action:${portalId}:${callbackId}`;
    const payload = { portalId, callbackId };
    if (waits) {
      await addTask(
        tx,
        { key: `expire:${portalId}:${callbackId}`, lane: `${lane}:end`, kind: 'expire', payload, dueAt },
        at,
      );
      await addTask(tx, { key: `look:${portalId}:${callbackId}`, lane, kind: 'complete', payload, dueAt: at }, at);
    }
    return setAnswer(tx, portalId, callbackId, answer, waits ? new Date(nowMs + BLOCK_MS) : null, at);
  });
  if (waits) onTask();
  return stored;
}

const OBJECT_NAMES: Readonly<Record<string, ObjectName>> = {
  CONTACT: 'contact',
  '0-1': 'contact',
  COMPANY: 'company',
  '0-2': 'company',
  DEAL: 'deal',
  '0-3': 'deal',
  TICKET: 'ticket',
  '0-5': 'ticket',
};

const objectNameOf = (type: string): ObjectName | null => OBJECT_NAMES[type.toUpperCase()] ?? null;
