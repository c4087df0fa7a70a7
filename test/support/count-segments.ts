import type { Encoding, EncodingProfile } from '../../server/rules/encoding.ts';

/**
 * An independent count of the SMS that a text takes, without national tables: each place where it may be cut gets the
 * bits up to it, and every SMS reaches for the last such place that its 1,120 bits have room for.
 */
export function countSegments(text: string, carrier: EncodingProfile, encoding: Encoding): number {
  const bitsOf = BITS[encoding];
  const places = [{ bits: 0, at: 0 }];
  for (const unit of text.split('')) {
    const last = places.at(-1) ?? { bits: 0, at: 0 };
    places.push({ bits: last.bits + bitsOf(unit), at: last.at + 1 });
  }
  const total = places.at(-1)?.bits ?? 0;
  if (total <= SMS_BITS) return 1;
  const header = { udh8: 48, message_payload: 48, udh16: 56, sar: 56 }[carrier.long_message];
  const isSeptets = encoding === 'GSM-7' || encoding === 'ASCII';
  const room = SMS_BITS - (isSeptets ? Math.ceil(header / 7) * 7 : header);
  const borders = encoding === 'UCS-2' || encoding === 'UTF-8' ? bordersOf(text) : null;
  let count = 0;
  for (let from = places[0]; from && from.at < text.length; count += 1) {
    const start = from;
    const reachable = places.filter(({ at, bits }) => at > start.at && bits - start.bits <= room);
    const whole = borders ? reachable.findLast(({ at }) => borders.has(at)) : reachable.at(-1);
    // Nothing fits whole: cut between code points.
    from = whole ?? reachable.findLast(({ at }) => !/[\udc00-\udfff]/.test(text[at] ?? ''));
  }
  return count;
}

const SMS_BITS = 1_120;
const extended = (unit: string) => '^{}\\[~]|€\f'.includes(unit);

const BITS: Readonly<Record<Encoding, (unit: string) => number>> = {
  'GSM-7': (unit) => (extended(unit) ? 14 : 7),
  ASCII: (unit) => (extended(unit) ? 14 : 7),
  'Latin-1': () => 8,
  'UTF-8': (unit) => (unit < '\u0080' ? 8 : unit < '\u0800' || /[\ud800-\udfff]/.test(unit) ? 16 : 24),
  'UCS-2': () => 16,
};

function bordersOf(text: string): ReadonlySet<number> {
  const clusters = Array.from(new Intl.Segmenter('en').segment(text), ({ index }) => index);
  return new Set([...clusters, ...Array.from(text.matchAll(/\r\n/g), ({ index }) => index + 1), text.length]);
}
