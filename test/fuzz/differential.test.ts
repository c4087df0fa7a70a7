import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../server/simulator/faults.ts';
import { type PduToSend, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { type Random, below, pick } from './mutate.ts';
import { BODIES, type Fields, type ReferencePdu, TLVS, readPdu, writePdu } from './reference-codec.ts';
import { differentialCount, seed, timeoutMs } from './size.ts';

describe('two codecs that know nothing of each other', () => {
  test(
    `agree on ${differentialCount} random PDUs, octets to fields and fields to octets`,
    () => {
      const random = seededRandom(seed);
      for (let count = 0; count < differentialCount; count += 1) {
        const pdu = randomPdu(random);
        const written = encodePdu(asOurs(pdu));
        const name = `seed ${seed}, PDU ${count}, ${written.toString('hex')}`;
        expect(plain(readPdu(written)), name).toEqual(plain(pdu));

        const octets = writePdu(pdu);
        const decoded = decodePdu(octets);
        if (!decoded.ok) throw new Error(`${decoded.reason}: ${octets.toString('hex')}`);
        expect(decoded.droppedTlvs, name).toBe(0);
        expect(withoutAbsent(decoded.pdu), name).toEqual(withoutAbsent(asOurs(pdu)));
        // Where there is one way to write it, both write the same octets.
        if (!Object.values(TLVS).some(([field]) => field in pdu.fields)) expect(written, name).toEqual(octets);
      }
    },
    timeoutMs,
  );
});

const COMMANDS = Object.keys(BODIES).map(Number);
const FREQUENT = [0x04, 0x05, 0x04, 0x05, 0x8000_0004];

/** Longest values of each field, in octets without the NUL (§4, §5). */
const LENGTHS: Readonly<Record<string, number>> = {
  serviceType: 5,
  sourceAddr: 20,
  destinationAddr: 20,
  scheduleDeliveryTime: 16,
  validityPeriod: 16,
  systemId: 15,
  password: 8,
  systemType: 12,
  addressRange: 40,
  messageId: 64,
};
const MESSAGE_TLVS = Object.values(TLVS).filter(([name]) => name !== 'scInterfaceVersion');

function randomPdu(random: Random): ReferencePdu {
  const commandId = random() < 0.7 ? pick(random, FREQUENT) : pick(random, COMMANDS);
  const { name, body } = BODIES[commandId] ?? { name: '', body: [] };
  const fields: Record<string, string | number | Buffer> = {};
  for (const [field, kind] of body) {
    fields[field] =
      kind === 'cstring'
        ? latin1(random, below(random, (LENGTHS[field] ?? 0) + 1))
        : kind === 'octet'
          ? below(random, 256)
          : octets(random, below(random, 255));
  }
  const tlvs = name.endsWith('_sm') && random() < 0.5 ? MESSAGE_TLVS.filter(() => random() < 0.3) : [];
  for (const [field, kind] of tlvs) fields[field] = tlvValue(field, kind, random);
  return { commandId, commandStatus: 0, sequenceNumber: 1 + below(random, 0x7fff_ffff), fields };
}

function tlvValue(field: string, kind: 'cstring' | 'octets' | 1 | 2, random: Random): Fields[string] {
  if (kind === 'cstring') return latin1(random, below(random, 65));
  if (kind === 'octets') return octets(random, field === 'networkErrorCode' ? 3 : below(random, 2_000));
  return below(random, kind === 1 ? 0x100 : 0x1_0000);
}

/** Printable characters: others have no business in an address or an id and are refused. */
const PRINTABLE = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[\x20-\x7e\xa0-\xff]/.test(character),
);
const latin1 = (random: Random, length: number) => Array.from({ length }, () => pick(random, PRINTABLE)).join('');
const octets = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => below(random, 256)));

/** The layout of the command decides which fields there are; the type system cannot follow. */
function asOurs({ commandId, commandStatus, sequenceNumber, fields }: ReferencePdu): PduToSend {
  return { command: BODIES[commandId]?.name, commandStatus, sequenceNumber, fields } as unknown as PduToSend;
}

const withoutAbsent = (pdu: unknown): unknown => JSON.parse(JSON.stringify(pdu));
const plain = (pdu: ReferencePdu): unknown => JSON.parse(JSON.stringify(pdu));
