import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { SendMessageBody } from './contract.ts';
import { done, type Outcome, wrongParameter } from './failures.ts';
import { asText, chosen, countryOf, momentOf, numberOf, optionsOf, textOf, wordsOf } from './parameters.ts';

/** The text that the parameters of an item describe, or what is wrong with them. */
export function sendBody(context: IExecuteFunctions, itemIndex: number): Outcome<SendMessageBody> {
  const to = numberOf(context, itemIndex);
  if (!to.ok) return to;
  const words = wording(context, itemIndex);
  if (!words.ok) return words;
  const options = optionsOf(context, 'options', itemIndex);
  const time = schedule(context, options);
  if (!time.ok) return time;
  const from = chosen(context, 'from', itemIndex);
  return done({
    to: to.value,
    ...(from === '' ? {} : { from }),
    ...words.value,
    ...time.value,
    ...countryField(options),
    ...fieldsOf(options),
  });
}

export function countryField(options: IDataObject): Pick<SendMessageBody, 'default_country'> {
  const country = countryOf(options);
  return country === undefined ? {} : { default_country: country };
}

type Words = Pick<SendMessageBody, 'body' | 'template_id' | 'variables'>;

function wording(context: IExecuteFunctions, itemIndex: number): Outcome<Words> {
  if (context.getNodeParameter('content', itemIndex, 'text') === 'template') return fromTemplate(context, itemIndex);
  const body = textOf(context, 'message', itemIndex);
  if (body === '') return wrongParameter("The parameter 'Message' is empty", 'Write the text, or choose a template.');
  return done({ body });
}

function fromTemplate(context: IExecuteFunctions, itemIndex: number): Outcome<Words> {
  const template_id = chosen(context, 'template', itemIndex);
  if (template_id === '') return wrongParameter("The parameter 'Template' is empty", 'Choose a template.');
  return done({ template_id, variables: variablesOf(context, itemIndex) });
}

/** What stands in the template for `{{name}}`. */
export function variablesOf(context: IExecuteFunctions, itemIndex: number): Record<string, string> {
  return pairs(context.getNodeParameter('variables.values', itemIndex, []) as IDataObject[]);
}

export function schedule(
  context: IExecuteFunctions,
  { sendAt }: IDataObject,
): Outcome<Pick<SendMessageBody, 'schedule_for'>> {
  if (sendAt === undefined) return done({});
  const moment = momentOf(context, sendAt, 'Send At');
  return moment.ok ? done({ schedule_for: moment.value }) : moment;
}

/** The options that the server knows under another name. */
const FIELDS: Readonly<Record<string, keyof SendMessageBody>> = {
  campaignId: 'campaign_id',
  encoding: 'encoding',
  flash: 'flash',
  maxSegments: 'max_segments',
  messageType: 'message_type',
  onAmbiguous: 'on_ambiguous',
  priority: 'priority',
  quietHours: 'quiet_hours',
  reference: 'client_ref',
  smartEncoding: 'smart_encoding',
  topic: 'topic',
};

function fieldsOf(options: IDataObject): Partial<SendMessageBody> {
  const named = Object.entries(FIELDS).flatMap(([option, field]) => {
    return options[option] === undefined ? [] : [[field, options[option]]];
  });
  const { tags, metadata, validFor } = options;
  return {
    ...Object.fromEntries(named),
    ...(tags === undefined ? {} : { tags: wordsOf(tags) }),
    ...(validFor === undefined ? {} : { validity_period: Math.round(Number(validFor) * 60) }),
    ...(metadata === undefined ? {} : { metadata: pairs((metadata as { values?: IDataObject[] }).values) }),
  };
}

function pairs(rows: readonly IDataObject[] = []): Record<string, string> {
  return Object.fromEntries(rows.map(({ name, value }) => [asText(name), asText(value)]));
}
