import type { CarrierProfile } from './profile.ts';

/** An address as a submit_sm carries it (SMPP 3.4 §5.2.5, §5.2.6, §5.2.8). */
export interface Address {
  readonly address: string;
  readonly ton: number;
  readonly npi: number;
}

/** By default: E.164 is 1/1 without its `+`, a short code network specific, anything else a name. */
export function sourceAddress(from: string, numbering: CarrierProfile['numbering']): Address {
  if (/^\+\d+$/.test(from)) return { address: written(from, numbering), ...numbering.number };
  if (!/^\d+$/.test(from)) return { address: from, ...numbering.alphanumeric };
  if (from.length <= SHORT_CODE_DIGITS_MAX) return { address: from, ...numbering.short_code };
  return { address: written(from, numbering), ...numbering.number };
}

export function destinationAddress(to: string, numbering: CarrierProfile['numbering']): Address {
  return { address: written(to, numbering), ...numbering.recipient };
}

/** Longer runs of digits are full numbers. */
const SHORT_CODE_DIGITS_MAX = 8;

function written(number: string, { plus }: CarrierProfile['numbering']): string {
  const digits = number.replace(/^\+/, '');
  return plus ? `+${digits}` : digits;
}
