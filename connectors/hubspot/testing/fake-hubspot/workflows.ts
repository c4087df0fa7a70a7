import { type Answer, type Fields, fieldsOf, isFields, listOf, notFound, Refusal, textOf } from './answer.ts';
import type { CrmCall } from './crm.ts';
import type { Called, Caller, Tampering } from './webhooks.ts';

const COMPLETE = /^\/automation\/actions\/callbacks\/2026-09\/(?:([^/]+)\/)?complete$/;

/** Workflows that come to the action of the app, and wait for it ("Custom workflow actions"); shapes as in the specs. */
export function openWorkflows(caller: Caller) {
  const completions = new Map<string, Fields>();
  /** Callbacks of workflows that were told to wait. */
  const waiting = new Set<string>();

  /** Only what waits can be completed, and once. */
  function complete(input: Fields): void {
    const callbackId = textOf(input['callbackId']);
    if (!isFields(input['outputFields']) || !isFields(input['typedOutputs']))
      throw new Refusal(400, 'VALIDATION_ERROR', 'outputFields and typedOutputs are required');
    if (Object.values(input['outputFields']).some((value) => typeof value !== 'string'))
      throw new Refusal(400, 'VALIDATION_ERROR', 'The values of outputFields must be text');
    if (!waiting.has(callbackId)) throw notFound(`No callback ${callbackId}`);
    if (completions.has(callbackId))
      throw new Refusal(400, 'VALIDATION_ERROR', `Callback ${callbackId} was completed already`);
    completions.set(callbackId, fieldsOf(input['outputFields']));
  }

  async function runAction(
    portalId: number,
    callbackId: string,
    object: Enrolled,
    inputFields: object,
    { heard, ...tampering }: Calling = {},
  ): Promise<Called> {
    const origin = { portalId, actionDefinitionId: 9, actionDefinitionVersion: 1 };
    const context = { source: 'WORKFLOWS', workflowId: 5 };
    const body = { callbackId, origin, context, object: { ...object, properties: {} }, inputFields, typedInputs: {} };
    const path = '/connectors/hubspot/actions/send-sms';
    const answer = await caller.call('POST', path, JSON.stringify(body), tampering);
    await heard;
    if (answer.status === 200 && isBlock(answer.text)) waiting.add(callbackId);
    else if (answer.status === 200) waiting.delete(callbackId);
    return answer;
  }

  return {
    /** By callback id: with which outputs a waiting workflow went on. */
    completions,
    /** Null: it is no address of callbacks. */
    answer({ method, path, body, needs }: CrmCall): Answer | null {
      const match = COMPLETE.exec(path);
      if (!match || method !== 'POST') return null;
      needs('automation');
      const [, callbackId] = match;
      const inputs =
        callbackId === undefined ? listOf(fieldsOf(body)['inputs']).map(fieldsOf) : [{ ...fieldsOf(body), callbackId }];
      for (const input of inputs) complete(input);
      return { status: 204 };
    },
    /** A workflow comes to the action, and waits when it is told to. */
    runAction,
    isWaiting: (callbackId: string) => waiting.has(callbackId) && !completions.has(callbackId),
    /** A workflow waits for this callback, as if the action had said so. */
    wait: (callbackId: string) => void waiting.add(callbackId),
  };
}

interface Enrolled {
  /** As HubSpot writes it: CONTACT, DEAL, TICKET, COMPANY. */
  readonly objectType: string;
  readonly objectId: string;
}

interface Calling extends Tampering {
  /** The answer is under way until then. */
  readonly heard?: Promise<unknown>;
}

function isBlock(answer: string): boolean {
  const { outputFields } = fieldsOf(JSON.parse(answer));
  return fieldsOf(outputFields)['hs_execution_state'] === 'BLOCK';
}

export type Workflows = ReturnType<typeof openWorkflows>;
