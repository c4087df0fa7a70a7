import { describe, expect, test } from 'vitest';
import type { Part } from '../../server/messages/carrier.ts';
import { type EncodingProfile, type EncodingWish } from '../../server/rules/encoding.ts';
import { type Segmented, segment } from '../../server/rules/segments.ts';
import { createPhones } from '../../server/simulator/phones.ts';
import { seededRandom } from '../../server/simulator/faults.ts';
import { readUserData } from '../../server/simulator/user-data.ts';
import { type MessageFields, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { submitSmFields } from '../../server/smpp/submit-sm.ts';
import { packageFrame } from '../support/package-codec.ts';
import { countSegments } from '../support/count-segments.ts';
import { type Random, below, pick } from './mutate.ts';
import { seed, submitCount, timeoutMs } from './size.ts';

const FROM = '15005550006';
const TO = '14155550123';

describe('random texts to carriers with any settings', () => {
  test(
    `are written as the package writes them, and read on the phone as they were, in ${submitCount} submit_sm`,
    () => {
      const random = seededRandom(seed);
      const phones = createPhones();
      for (let count = 0, text = 0; count < submitCount; text += 1) {
        const { carrier, body, wish, reference } = randomText(random);
        const name = `seed ${seed}, text ${text}, ${JSON.stringify({ encoding: carrier.encoding, wish, body })}`;
        const cut = segment(body, carrier.encoding, wish);
        count += cut.parts.length;
        checkCut(cut, body, carrier.encoding, name);
        partsOf(cut, wish, reference).forEach((part, index) => {
          const fields = submitSmFields(part, carrier, Date.UTC(2026, 10, 20));
          const frame = encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields });
          // Compared as text: a difference is shown, and a hundred thousand comparisons are quick.
          if (frame.toString('hex') !== packageFrame('submit_sm', 1, fields).toString('hex')) {
            expect(frame.toString('hex'), name).toBe(packageFrame('submit_sm', 1, fields).toString('hex'));
          }
          const read = decoded(frame);
          const data = readUserData(read, carrier.encoding.default_alphabet);
          const arrived = phones.receive({ from: FROM, to: TO, messageId: '1', data, at: new Date(0) });
          if (arrived !== (index === cut.parts.length - 1))
            expect(arrived, `${name}, part ${index + 1}`).toBe(!arrived);
        });
        const shown = phones.conversation(TO).at(-1);
        // Packed, a carriage return at the very end of an octet is taken for filling; it shows nothing.
        const exact = carrier.encoding.default_alphabet !== 'gsm7_packed' || !body.includes('\r');
        if (exact && shown?.body !== body) expect(shown?.body, name).toBe(body);
        if (shown?.segments !== cut.parts.length && carrier.encoding.long_message !== 'message_payload') {
          expect(shown?.segments, name).toBe(cut.parts.length);
        }
      }
    },
    timeoutMs,
  );
});

const UNITS = {
  gsm7: ['a', 'é', '€', '[', '@', '\n', ' ', 'Ω', '~', '\r'],
  latin1: ['a', 'ç', 'á', '`', 'ÿ', '[', '\u00a0', ' '],
  turkish: ['a', 'ş', 'ğ', 'İ', 'ı', '€', ' '],
  portuguese: ['a', 'ã', 'õ', 'ç', 'Φ', ' '],
  hindi: ['न', 'म', 'स\u094d', 'त\u0947', 'a', '१', 'नि', '।'],
  unicode: ['ж', '😀', '👨‍👩‍👧‍👦', 'e\u0301', '🇩🇪', '👍🏽', 'नि', 'a', '漢'],
} as const;

function randomText(random: Random) {
  const carrier = carrierSchema.parse({
    id: 'c',
    host: 'h',
    port: 1,
    system_id: 's',
    password: 'p',
    encoding: {
      default_alphabet: pick(random, ['gsm7', 'gsm7', 'gsm7_packed', 'gsm7_packed', 'latin1', 'ascii', 'utf8']),
      ascii: random() < 0.3,
      flash: pick(random, ['data_coding', 'data_coding_f0', 'dest_addr_subunit']),
      latin1: random() < 0.3,
      long_message: pick(random, ['udh8', 'udh16', 'sar', 'message_payload']),
      national_tables: pick(random, [[], [1], [3, 6], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]]),
    },
    numbering: { plus: random() < 0.3, number: { ton: below(random, 7), npi: below(random, 10) } },
    validity: pick(random, ['relative', 'absolute', 'none']),
  });
  const units = UNITS[pick(random, Object.keys(UNITS) as (keyof typeof UNITS)[])];
  // Most texts are about as long as a border.
  const length = pick(random, [below(random, 40), 60 + below(random, 20), 140 + below(random, 30), below(random, 700)]);
  const body = Array.from({ length }, () => pick<string>(random, units)).join('');
  const wish: EncodingWish = {
    encoding: pick(random, ['auto', 'auto', 'gsm7', 'ucs2']),
    flash: random() < 0.2,
  };
  return { carrier, body, wish, reference: below(random, 65_536) };
}

function partsOf(cut: Segmented, wish: EncodingWish, reference: number): Part[] {
  const total = cut.parts.length;
  return cut.parts.map((text, index) => ({
    from: `+${FROM}`,
    to: `+${TO}`,
    text,
    encoding: cut.encoding,
    shift: cut.shift,
    flash: wish.flash === true,
    concatenation: total > 1 ? { reference, total, number: index + 1 } : null,
    validitySeconds: 3_600,
  }));
}

function checkCut(cut: Segmented, body: string, profile: EncodingProfile, name: string): void {
  if (cut.parts.join('') !== body) expect(cut.parts.join(''), name).toBe(body);
  if (cut.shift.locking !== 0 || cut.shift.single !== 0) return;
  const counted = countSegments(body, profile, cut.encoding);
  if (cut.segments !== counted) expect(cut.segments, name).toBe(counted);
}

function decoded(frame: Buffer): MessageFields {
  const result = decodePdu(frame);
  if (!result.ok || result.pdu.command !== 'submit_sm') throw new Error('not a submit_sm');
  return result.pdu.fields;
}
