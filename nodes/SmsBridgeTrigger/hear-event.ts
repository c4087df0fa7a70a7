import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { secretsOf } from './endpoint.ts';
import { isSigned } from './signature.ts';

/** One event that the server has posted: it starts the workflow, unless it is forged, known, or not wanted. */
export function hearEvent(context: IWebhookFunctions): IWebhookResponseData {
  const headers = context.getHeaderData();
  const { rawBody } = context.getRequestObject();
  const body = Buffer.isBuffer(rawBody) ? rawBody : Buffer.from(JSON.stringify(context.getBodyData()));
  const nowSeconds = Math.floor(Date.now() / 1_000);
  if (!secretsOf(context).some((secret) => isSigned(headers, body, secret, nowSeconds))) return unauthorized(context);
  const event = context.getBodyData() as unknown as SmsEvent;
  const options = context.getNodeParameter('options', {}) as IDataObject;
  if (options['ignoreOptOutKeywords'] !== false && isAboutConsent(event)) return TAKEN;
  if (options['skipDuplicates'] !== false && wasSeen(context, String(headers['webhook-id']))) return TAKEN;
  const { type, timestamp, data } = event;
  return { workflowData: [[{ json: { event: type, timestamp, ...data } }]] };
}

interface SmsEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: IDataObject & { readonly intent?: { readonly type?: string } };
}

/** The server needs to hear that the event has come, the workflow nothing. */
const TAKEN: IWebhookResponseData = { webhookResponse: { received: true } };

function unauthorized(context: IWebhookFunctions): IWebhookResponseData {
  context.getResponseObject().status(401).json({ message: 'The signature does not fit' });
  return { noWebhookResponse: true };
}

/** STOP, START and HELP, which the server has carried out and answered by itself. */
function isAboutConsent({ type, data }: SmsEvent): boolean {
  const intent = data.intent?.type;
  return type === 'message.received' && (intent === 'opt_out' || intent === 'opt_in' || intent === 'help');
}

/** The server tells everything at least once: an event whose answer was lost comes again under the same id. */
function wasSeen(context: IWebhookFunctions, id: string): boolean {
  const kept = context.getWorkflowStaticData('node') as IDataObject & { seen?: string[] };
  const seen = kept.seen ?? [];
  if (seen.includes(id)) return true;
  kept.seen = [...seen, id].slice(-SEEN_MAX);
  return false;
}

const SEEN_MAX = 100;
