import { type Answer, type Fields, fieldsOf, isFields, listOf, notFound, Refusal, textOf } from './answer.ts';
import type { CrmCall } from './crm.ts';
import type { Caller, Tampering } from './webhooks.ts';

const COMPLETE = /^\/automation\/actions\/callbacks\/2026-09\/(?:([^/]+)\/)?complete$/;

/** Workflows that come to the action of the app, and wait for it ("Custom workflow actions"); shapes as in the specs. */
export function openWorkflows(caller: Caller) {
  const completions = new Map<string, Fields>();

  /** A second completion of the same is refused. */
  function complete(input: Fields): void {
    const callbackId = textOf(input['callbackId']);
    if (!isFields(input['outputFields']) || !isFields(input['typedOutputs']))
      throw new Refusal(400, 'VALIDATION_ERROR', 'outputFields and typedOutputs are required');
    if (Object.values(input['outputFields']).some((value) => typeof value !== 'string'))
      throw new Refusal(400, 'VALIDATION_ERROR', 'The values of outputFields must be text');
    if (!callbackId.startsWith('ap-')) throw notFound(`No callback ${callbackId}`);
    if (completions.has(callbackId))
      throw new Refusal(400, 'VALIDATION_ERROR', `Callback ${callbackId} was completed already`);
    completions.set(callbackId, fieldsOf(input['outputFields']));
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
    /** A workflow comes to the action; `object.objectType` as HubSpot writes it: CONTACT, DEAL, TICKET, COMPANY. */
    runAction(
      portalId: number,
      callbackId: string,
      object: { readonly objectType: string; readonly objectId: string },
      inputFields: object,
      tampering: Tampering = {},
    ) {
      const origin = { portalId, actionDefinitionId: 9, actionDefinitionVersion: 1 };
      const context = { source: 'WORKFLOWS', workflowId: 5 };
      const body = { callbackId, origin, context, object: { ...object, properties: {} }, inputFields, typedInputs: {} };
      return caller.call('POST', '/connectors/hubspot/actions/send-sms', JSON.stringify(body), tampering);
    },
  };
}

export type Workflows = ReturnType<typeof openWorkflows>;
