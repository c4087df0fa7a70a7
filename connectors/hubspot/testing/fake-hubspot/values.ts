import type { Property } from './schema.ts';

/** Why a value is refused; the codes are HubSpot's. */
export interface ValueFault {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** developers.hubspot.com, "Properties": a text may have so many characters. */
const TEXT_MAX = 65_536;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** ISO 8601, or milliseconds since 1970 ("Properties", "date and datetime"). */
const DATETIME = /^(?:\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?|-?\d{1,14})$/;

/** What a property of its type does not take. Null and nothing take a value away, and are always taken. */
export function faultOfValue(name: string, property: Property | undefined, value: string | null): ValueFault | null {
  const fault = (code: string, message: string) => ({ name, code, message });
  if (!property) return fault('PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
  if (!value) return null;
  if (property.options && !property.options.includes(value))
    return fault('INVALID_OPTION', `${value} was not one of the allowed options: ${property.options.join(', ')}`);
  if (property.type === 'number' && !NUMBER.test(value))
    return fault('INVALID_NUMBER', `${value} was not a valid number.`);
  if (property.type === 'datetime' && !DATETIME.test(value))
    return fault('INVALID_DATE', `${value} is not a valid date.`);
  if (property.type === 'bool' && value !== 'true' && value !== 'false')
    return fault('INVALID_BOOLEAN', `${value} is not a valid boolean.`);
  return value.length > TEXT_MAX
    ? fault('PROPERTY_VALUE_TOO_LONG', `${name} is longer than ${TEXT_MAX} characters.`)
    : null;
}

/** Area code and number without the country, and all digits: as HubSpot computes them for search. */
export function calculatedPhones(properties: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const digits = (name: string) => (properties[name] ?? '').replace(/\D/g, '');
  const national = (text: string) => text.replace(/^(?:1(?=\d{10}$)|44|49|33|0+)/, '');
  const international = (text: string, written: string | null | undefined) =>
    text === '' ? '' : (written ?? '').trim().startsWith('+') ? text : `1${text}`;
  const [phone, mobile] = [digits('phone'), digits('mobilephone')];
  return {
    hs_searchable_calculated_phone_number: national(phone),
    hs_searchable_calculated_mobile_number: national(mobile),
    hs_searchable_calculated_international_phone_number: international(phone, properties['phone']),
    hs_searchable_calculated_international_mobile_number: international(mobile, properties['mobilephone']),
  };
}
