import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { tryToParseDateTime } from 'n8n-workflow';
import { done, type Outcome, wrongParameter } from './failures.ts';
import { readNumber } from './phone-number.ts';

/** Reads parameters of one item. n8n hands them over as anything: an expression may have made them. */

export function textOf(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return asText(context.getNodeParameter(name, itemIndex, ''));
}

/** What is neither text nor a number nor a boolean is no text: `[object Object]` is nothing to send. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Of a resource locator: what was chosen from the list or typed. */
export function chosen(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return asText(context.getNodeParameter(name, itemIndex, '', { extractValue: true }));
}

/** The fields of a collection that are filled in. */
export function optionsOf(context: IExecuteFunctions, name: string, itemIndex: number): IDataObject {
  const given = context.getNodeParameter(name, itemIndex, {}) as IDataObject;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '' && value !== null));
}

export function numberOf(context: IExecuteFunctions, itemIndex: number, name = 'to', field = 'To'): Outcome<string> {
  const value: unknown = context.getNodeParameter(name, itemIndex, '');
  return readNumber(value, field, countryOf(optionsOf(context, 'options', itemIndex)));
}

export function countryOf({ defaultCountry }: IDataObject): string | undefined {
  return typeof defaultCountry === 'string' ? defaultCountry.trim().toUpperCase() : undefined;
}

/** RFC 3339; a time without an offset is one of the workflow's time zone. */
export function momentOf(context: IExecuteFunctions, value: unknown, field: string): Outcome<string> {
  try {
    const moment = tryToParseDateTime(value, context.getTimezone()).toISO();
    if (moment !== null) return done(moment);
  } catch {
    // It is said below, in words that name the field.
  }
  return wrongParameter(`'${field}' is not a date and time`, 'Choose one, or write it like 2027-01-31T09:00.');
}

/** Of the numbered list that the recipient chooses from. */
export function labelsOf(choices: unknown): string[] {
  const rows = Array.isArray(choices) ? (choices as readonly IDataObject[]) : [];
  return rows.map(({ label }) => asText(label)).filter((label) => label !== '');
}

/** `a, b` or a list. */
export function wordsOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value : asText(value).split(',');
  return words.map(asText).filter((word) => word !== '');
}
