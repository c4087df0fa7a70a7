import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import type { CreateWebhookEndpointBody } from '../SmsBridge/contract.ts';
import { wordsOf } from '../SmsBridge/parameters.ts';

/** What a trigger wants to hear of, as its parameters say. */

type EventType = CreateWebhookEndpointBody['event_types'][number];
type Filter = NonNullable<CreateWebhookEndpointBody['filter']>;

export type TriggerEvent = 'deliveryStatusChanged' | 'messageReceived' | 'optOutChanged' | 'replyTimedOut';

export const STATUSES = ['canceled', 'delivered', 'expired', 'failed', 'rejected', 'sent', 'undelivered'] as const;
export const FINAL_STATUSES = ['delivered', 'expired', 'failed', 'rejected', 'undelivered'];

type Parameters = Pick<IHookFunctions, 'getNodeParameter'>;

export function eventTypesOf(context: Parameters): EventType[] {
  const events = context.getNodeParameter('events', []) as TriggerEvent[];
  return [...new Set(events.flatMap((event) => typesOf(context, event)))];
}

function typesOf(context: Parameters, event: TriggerEvent): EventType[] {
  switch (event) {
    case 'messageReceived':
      return ['message.received'];
    case 'optOutChanged':
      return ['contact.opted_in', 'contact.opted_out'];
    case 'replyTimedOut':
      return ['reply.timed_out'];
    case 'deliveryStatusChanged': {
      const chosen = context.getNodeParameter('statuses', FINAL_STATUSES) as string[];
      const wanted = chosen.length === 0 ? FINAL_STATUSES : chosen;
      return STATUSES.filter((status) => wanted.includes(status)).map((status): EventType => `message.${status}`);
    }
  }
}

/** Concerns texts from phones alone; the server leaves other events as they are. */
export function filterOf(context: Parameters): Filter {
  const options = context.getNodeParameter('options', {}) as IDataObject;
  const to = context.getNodeParameter('options.toNumber', '', { extractValue: true });
  const from = wordsOf(options['fromNumber']);
  const seconds = Math.round(Number(options['combineMessages'] ?? 0));
  const keyword = keywordOf(options['keyword']);
  return {
    ...(typeof to === 'string' && to.trim() !== '' ? { to: [to.trim()] } : {}),
    ...(from.length === 0 ? {} : { from }),
    ...(seconds > 0 ? { buffer_seconds: seconds } : {}),
    ...(keyword === null ? {} : { keyword }),
  };
}

function keywordOf(collection: unknown): NonNullable<Filter['keyword']> | null {
  const { values } = (collection ?? {}) as { values?: { readonly match?: string; readonly words?: string } };
  const words = values?.words?.trim() ?? '';
  if (words === '') return null;
  return values?.match === 'startsWith' ? { starts_with: words } : { equals: words };
}
