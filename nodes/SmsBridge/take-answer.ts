import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { ReplyWait } from './contract.ts';
import { done, type Outcome } from './failures.ts';
import { labelsOf } from './parameters.ts';
import { call } from './transport.ts';

/**
 * What the server posts to a waiting execution: the answer, or that there will be none. Anything else is refused and
 * the execution goes on waiting. The signature of the address was checked by n8n before.
 */
export async function takeAnswer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { type, data } = context.getBodyData() as { readonly type?: unknown; readonly data?: News };
  const responseType = context.getNodeParameter('responseType', 'approval');
  switch (type) {
    case 'reply.timed_out':
      return goOn(noAnswer(responseType, 'timedOut'));
    case 'reply.canceled':
      return goOn({ ...noAnswer(responseType, 'optedOut'), from: data?.from });
    case 'reply.matched':
      return data ? matched(context, data) : refused(context);
    default:
      return refused(context);
  }
}

/** `data` of `reply.matched`. A server in HIPAA mode leaves out what was written. */
interface News {
  readonly wait_id?: string;
  readonly message_id?: string;
  readonly from?: string;
  readonly body?: string | null;
  readonly value?: string | null;
  readonly received_at?: string;
}

async function matched(context: IWebhookFunctions, news: News): Promise<IWebhookResponseData> {
  const value = await valueOf(context, news);
  // Told again in a moment: the server tries several times while the answer is not taken.
  if (!value.ok) return answered(context, 503, { message: 'The reply cannot be read at the moment' });
  const read = readAnswer(context, value.value);
  const { message_id: messageId, received_at: respondedAt, from, body } = news;
  await thank(context, news);
  return goOn({ ...read, text: body ?? value.value, from, messageId, respondedAt, timedOut: false, optedOut: false });
}

async function valueOf(context: IWebhookFunctions, { value, wait_id }: News): Promise<Outcome<string>> {
  if (typeof value === 'string') return done(value);
  const path = `/v1/reply-waits/${encodeURIComponent(wait_id ?? '')}`;
  const wait: Outcome<ReplyWait> = await call(context, { method: 'GET', path, isBrief: true });
  return wait.ok ? done(wait.value.reply?.value ?? '') : wait;
}

/** As the server has read it: `yes` or `no`, the choice as it was written in the question, or the text. */
function readAnswer(context: IWebhookFunctions, value: string): IDataObject {
  switch (context.getNodeParameter('responseType', 'approval')) {
    case 'approval':
      return { approved: value === 'yes' };
    case 'choice': {
      const labels = labelsOf(context.getNodeParameter('choices.values', []));
      return { choice: { index: labels.indexOf(value) + 1, label: value } };
    }
    default:
      return {};
  }
}

/** Nobody has answered, which is no approval. */
export function noAnswer(responseType: unknown, why: 'timedOut' | 'optedOut'): IDataObject {
  const approved = responseType === 'approval' ? { approved: false } : {};
  return { ...approved, text: null, timedOut: why === 'timedOut', optedOut: why === 'optedOut' };
}

/** The answer counts, whether or not the thanks can be sent; the key keeps them from being sent twice. */
async function thank(context: IWebhookFunctions, { from: to, wait_id }: News): Promise<void> {
  const body = context.getNodeParameter('options.thankYou', '');
  if (typeof body !== 'string' || body.trim() === '' || to === undefined) return;
  const from = context.getNodeParameter('from', '', { extractValue: true });
  const text = { to, body, message_type: 'conversational', ...(from === '' ? {} : { from }) };
  const path = '/v1/messages/send';
  await call(context, { method: 'POST', path, body: text, idempotencyKey: `thanks:${wait_id}`, isBrief: true });
}

function goOn(data: IDataObject): IWebhookResponseData {
  return { webhookResponse: { accepted: true }, workflowData: [[{ json: { data } }]] };
}

const refused = (context: IWebhookFunctions) =>
  answered(context, 422, { accepted: false, message: 'This is no answer to a text' });

/** Nothing for the workflow, which goes on waiting. */
function answered(context: IWebhookFunctions, status: number, body: IDataObject): IWebhookResponseData {
  context.getResponseObject().status(status).json(body);
  return { noWebhookResponse: true };
}
