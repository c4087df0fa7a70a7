import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type {
  Consent,
  CreateOptOutBody,
  DeleteOptOutBody,
  Message,
  MessageDetail,
  OptOut,
  Preview,
  RecordedConsent,
  Template,
  ValidateNumberAnswer,
} from './contract.ts';
import { done, type Outcome, wrongParameter } from './failures.ts';
import type { ItemOutcome } from './items.ts';
import { chosen, momentOf, numberOf, optionsOf, textOf } from './parameters.ts';
import { countryField, sendBody, variablesOf } from './send-body.ts';
import { simpleMessage, simpleOptOut, simplePreview } from './simplify.ts';
import { call, list } from './transport.ts';

/** Does one thing for one item. */
type Operation = (context: IExecuteFunctions, itemIndex: number) => Promise<ItemOutcome>;

/** By `resource.operation`; sending has files of its own. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'message.cancel': cancelMessage,
  'message.checkLength': checkLength,
  'message.get': getMessage,
  'message.getAll': getMessages,
  'number.lookUp': lookUpNumber,
  'optOut.create': createOptOut,
  'optOut.delete': deleteOptOut,
  'optOut.get': getOptOut,
  'optOut.getAll': getOptOuts,
  'template.getAll': getTemplates,
  'template.preview': previewTemplate,
};

async function cancelMessage(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const path = messagePath(context, itemIndex);
  if (!path.ok) return path;
  const canceled: Outcome<Message> = await call(context, { method: 'POST', path: `${path.value}/cancel` });
  return shown(context, itemIndex, canceled, simpleMessage);
}

async function checkLength(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const body = sendBody(context, itemIndex);
  if (!body.ok) return body;
  const path = '/v1/messages/preview';
  const preview: Outcome<Preview> = await call(context, { method: 'POST', path, body: body.value });
  return shown(context, itemIndex, preview, simplePreview);
}

async function getMessage(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const path = messagePath(context, itemIndex);
  if (!path.ok) return path;
  const found: Outcome<MessageDetail> = await call(context, { method: 'GET', path: path.value });
  return shown(context, itemIndex, found, simpleMessage);
}

function messagePath(context: IExecuteFunctions, itemIndex: number): Outcome<string> {
  const id = textOf(context, 'messageId', itemIndex);
  if (id === '') return wrongParameter("The parameter 'Message ID' is empty", 'Use the message_id that Send returned.');
  return done(`/v1/messages/${encodeURIComponent(id)}`);
}

async function getMessages(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const filters = messageFilters(context, optionsOf(context, 'filters', itemIndex));
  if (!filters.ok) return filters;
  const limit = limitOf(context, itemIndex);
  const found: Outcome<Message[]> = await list(context, '/v1/messages', filters.value, limit);
  return shownAll(context, itemIndex, found, simpleMessage);
}

const FILTERS: Readonly<Record<string, string>> = {
  direction: 'direction',
  from: 'from',
  reference: 'client_ref',
  status: 'status',
  tag: 'tag',
  to: 'to',
};

function messageFilters(context: IExecuteFunctions, given: IDataObject): Outcome<IDataObject> {
  const filters: IDataObject = {};
  for (const [option, name] of Object.entries(FILTERS)) if (given[option] !== undefined) filters[name] = given[option];
  const times = [
    ['sentAfter', 'created_after', 'Sent After'],
    ['sentBefore', 'created_before', 'Sent Before'],
  ] as const;
  for (const [option, name, field] of times) {
    if (given[option] === undefined) continue;
    const moment = momentOf(context, given[option], field);
    if (!moment.ok) return moment;
    filters[name] = moment.value;
  }
  return done(filters);
}

async function lookUpNumber(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const number = textOf(context, 'number', itemIndex);
  if (number === '') return wrongParameter("The parameter 'Number' is empty", 'Write the number to look up.');
  const body = { number, ...countryField(optionsOf(context, 'options', itemIndex)) };
  const path = '/v1/numbers/validate';
  const answer: Outcome<ValidateNumberAnswer> = await call(context, { method: 'POST', path, body });
  return answer.ok ? done([answer.value]) : answer;
}

async function createOptOut(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const number = numberOf(context, itemIndex, 'number', 'Number');
  if (!number.ok) return number;
  const { topic, reason } = optionsOf(context, 'options', itemIndex) as { topic?: string; reason?: string };
  const body: CreateOptOutBody = {
    number: number.value,
    source: 'api',
    ...(topic === undefined ? {} : { topic }),
    ...(reason === undefined ? {} : { reason }),
  };
  const path = '/v1/opt-outs';
  const recorded: Outcome<RecordedConsent> = await call(context, { method: 'POST', path, body });
  return recorded.ok ? done([recorded.value]) : recorded;
}

async function deleteOptOut(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const number = numberOf(context, itemIndex, 'number', 'Number');
  if (!number.ok) return number;
  const evidence = textOf(context, 'evidence', itemIndex);
  if (evidence === '') return wrongParameter("The parameter 'Evidence' is empty", 'Say how they agreed to be texted.');
  const { topic, recipientAsked } = optionsOf(context, 'options', itemIndex) as {
    topic?: string;
    recipientAsked?: boolean;
  };
  const body: DeleteOptOutBody = {
    evidence: { text: evidence },
    ...(topic === undefined ? {} : { topic }),
    ...(recipientAsked === true ? { override: 'recipient_request' } : {}),
  };
  const path = `/v1/opt-outs/${encodeURIComponent(number.value)}`;
  const recorded: Outcome<RecordedConsent> = await call(context, { method: 'DELETE', path, body });
  return recorded.ok ? done([{ deleted: true, number: recorded.value.number, topic: recorded.value.topic }]) : recorded;
}

async function getOptOut(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const number = numberOf(context, itemIndex, 'number', 'Number');
  if (!number.ok) return number;
  const path = `/v1/consents/${encodeURIComponent(number.value)}`;
  const found: Outcome<Consent> = await call(context, { method: 'GET', path });
  if (!found.ok) return found;
  const { status, topics, updated_at } = found.value;
  const opted_out = status === 'opted_out';
  return done([{ number: found.value.number, opted_out, status, topics, updated_at }]);
}

async function getOptOuts(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const { createdAfter, ...given } = optionsOf(context, 'filters', itemIndex);
  const since = createdAfter === undefined ? done(null) : momentOf(context, createdAfter, 'Opted Out After');
  if (!since.ok) return since;
  const query = { ...given, ...(since.value === null ? {} : { created_after: since.value }) };
  const found: Outcome<OptOut[]> = await list(context, '/v1/opt-outs', query, limitOf(context, itemIndex));
  return shownAll(context, itemIndex, found, simpleOptOut);
}

async function getTemplates(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const limit = limitOf(context, itemIndex);
  const found: Outcome<Template[]> = await list(context, '/v1/templates', {}, limit);
  return found;
}

async function previewTemplate(context: IExecuteFunctions, itemIndex: number): Promise<ItemOutcome> {
  const to = numberOf(context, itemIndex);
  if (!to.ok) return to;
  const template = chosen(context, 'template', itemIndex);
  if (template === '') return wrongParameter("The parameter 'Template' is empty", 'Choose a template.');
  const from = chosen(context, 'from', itemIndex);
  const variables = variablesOf(context, itemIndex);
  const body = { to: to.value, variables, ...(from === '' ? {} : { from }) };
  const path = `/v1/templates/${encodeURIComponent(template)}/preview`;
  const preview: Outcome<Preview> = await call(context, { method: 'POST', path, body });
  return shown(context, itemIndex, preview, simplePreview);
}

/** Null = all. */
function limitOf(context: IExecuteFunctions, itemIndex: number): number | null {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return null;
  return Math.max(1, Math.floor(Number(context.getNodeParameter('limit', itemIndex, 50))) || 1);
}

function shown<Answer extends object>(
  context: IExecuteFunctions,
  itemIndex: number,
  answer: Outcome<Answer>,
  simple: (answer: Answer) => object,
): ItemOutcome {
  return shownAll(context, itemIndex, answer.ok ? done([answer.value]) : answer, simple);
}

function shownAll<Answer extends object>(
  context: IExecuteFunctions,
  itemIndex: number,
  answers: Outcome<readonly Answer[]>,
  simple: (answer: Answer) => object,
): ItemOutcome {
  if (!answers.ok) return answers;
  const isSimple = context.getNodeParameter('simplify', itemIndex, true) === true;
  return done(isSimple ? answers.value.map(simple) : answers.value);
}
