import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { encodeGsm7 } from '../../server/rules/gsm7.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { type MessageFields, type Pdu, decodePdu } from '../../server/smpp/pdu.ts';
import { until } from '../support/until.ts';
import { type OurLink, ourLink, ourSmsc } from './our-link.ts';
import { describeWith, program } from './program.ts';
import { type Chunk, type Recorder, SMSC_PORT, pcapOf, recorder } from './recorder.ts';

const tshark = program('tshark', 'tshark');
const run = promisify(execFile);

/** Two segments, and more, in each alphabet, with what must not be cut in the middle at the cut. */
const TEXTS = [
  'Hello',
  '@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ {}[]~\\|^€',
  'a'.repeat(160),
  `${'a'.repeat(152)}€${'b'.repeat(100)}`,
  'x'.repeat(1_530),
  'Привет',
  `${'я'.repeat(66)}😀${'ю'.repeat(40)}`,
  '👩‍👩‍👧 '.repeat(30),
];

interface Dissected {
  readonly smpp: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The octets of a text whose last part this is, in hex; null for others. */
  readonly reassembled: string | null;
}

/** Each PDU in a packet of its own, with our own reading of it. */
function pdusOf(chunks: readonly Chunk[]): { readonly chunk: Chunk; readonly pdu: Pdu }[] {
  const frames = new Map<string, ReturnType<typeof framer>>();
  return chunks.flatMap((chunk) => {
    const key = `${chunk.connection} ${chunk.from}`;
    const cutter = frames.get(key) ?? framer({ maxLength: 70_000 });
    frames.set(key, cutter);
    return cutter.push(chunk.octets).frames.map((octets) => {
      const decoded = decodePdu(octets);
      if (!decoded.ok) throw new Error(`${decoded.reason}: ${octets.toString('hex')}`);
      return { chunk: { ...chunk, octets }, pdu: decoded.pdu };
    });
  });
}

async function dissect(capture: Buffer): Promise<readonly Dissected[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-wire-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'capture.pcap');
  await writeFile(file, capture);
  const args = ['-n', '-r', file, '-d', `tcp.port==${SMSC_PORT},smpp`, '-T', 'json', '--no-duplicate-keys'];
  const { stdout } = await run(tshark.name, args, { maxBuffer: 256 * 1024 * 1024 });
  const packets = JSON.parse(stdout) as { _source: { layers: Record<string, Record<string, unknown>> } }[];
  return packets.map(({ _source: { layers } }) => {
    const octets = layers['gsm_sms_ud']?.['gsm_sms_ud.short_msg'];
    const reassembled = typeof octets === 'string' ? octets.replaceAll(':', '') : null;
    return { smpp: layers['smpp'] ?? {}, text: JSON.stringify(layers), reassembled };
  });
}

/** What both read in the same place; numbers of tshark are text. */
function agrees({ smpp }: Dissected, pdu: Pdu, octets: Buffer): void {
  const read = (name: string) => Number(smpp[`smpp.${name}`]);
  expect(read('command_length')).toBe(octets.length);
  expect(read('command_id')).toBe(octets.readUInt32BE(4));
  expect(read('sequence_number')).toBe(pdu.sequenceNumber);
  if (pdu.command.endsWith('_resp')) expect(read('command_status')).toBe(pdu.commandStatus);
  if (pdu.command === 'submit_sm' || pdu.command === 'deliver_sm') agreesOnMessage(smpp, pdu.fields);
  if (pdu.command === 'submit_sm_resp') expect(smpp['smpp.message_id']).toBe(pdu.fields.messageId);
}

function agreesOnMessage(smpp: Dissected['smpp'], fields: MessageFields): void {
  const read = (name: string) => Number(smpp[`smpp.${name}`]);
  expect(smpp['smpp.source_addr']).toBe(fields.sourceAddr);
  expect(smpp['smpp.destination_addr']).toBe(fields.destinationAddr);
  expect(read('source_addr_ton')).toBe(fields.sourceAddrTon);
  expect(read('source_addr_npi')).toBe(fields.sourceAddrNpi);
  expect(read('dest_addr_ton')).toBe(fields.destAddrTon);
  expect(read('dest_addr_npi')).toBe(fields.destAddrNpi);
  expect(read('data_coding')).toBe(fields.dataCoding);
  expect(read('regdel.receipt')).toBe(fields.registeredDelivery & 0x03);
  expect(read('esm.submit.msg_type')).toBe((fields.esmClass >> 2) & 0x0f);
  expect(read('sm_length')).toBe(fields.shortMessage.length);
  const message = smpp['smpp.message'];
  expect(typeof message === 'string' ? message.replaceAll(':', '') : '').toBe(fields.shortMessage.toString('hex'));
}

/** A whole conversation: every kind of text, its receipts, and answers from the phone, one of them in parts. */
async function converse(link: OurLink, smsc: Awaited<ReturnType<typeof ourSmsc>>, tap: Recorder): Promise<void> {
  let parts = 0;
  for (const text of TEXTS) parts += (await link.send(text)).filter(({ kind }) => kind === 'accepted').length;
  await link.send('Look!', { flash: true });
  for (const body of ['YES', 'нет '.repeat(30)]) {
    await smsc.answer({ from: '+14155550123', to: '+15005550100', body });
  }
  await until(() => link.receipts.length === parts + 1);
  await link.stop();
  expect(pdusOf(tap.chunks).at(-1)?.pdu.command).toBe('unbind_resp');
}

describeWith([tshark])('tshark', () => {
  test.each(['udh8', 'udh16', 'sar', 'message_payload'] as const)(
    'reads every PDU of a conversation as we do, with long texts as %s',
    async (long_message) => {
      const smsc = await ourSmsc();
      const tap = await recorder(smsc.port);
      const link = await ourLink(tap.port, { encoding: { long_message } });
      await converse(link, smsc, tap);

      const pdus = pdusOf(tap.chunks);
      const packets = await dissect(pcapOf(pdus.map(({ chunk }) => chunk)));
      expect(packets).toHaveLength(pdus.length);
      for (const [index, packet] of packets.entries()) {
        const { chunk, pdu } = pdus[index]!;
        expect(packet.text).not.toMatch(/malformed/i);
        agrees(packet, pdu, chunk.octets);
      }
    },
  );

  test.each(['udh8', 'udh16'] as const)(
    'puts the parts of long texts together again, with %s',
    async (long_message) => {
      const smsc = await ourSmsc();
      const tap = await recorder(smsc.port);
      const link = await ourLink(tap.port, { encoding: { long_message } });
      const sent: string[] = [];
      for (let parts = 2; parts <= 10; parts += 1) {
        for (const text of [`${'g'.repeat(150 * parts)}`, `${'я😀'.repeat(22 * parts)}`]) {
          const outcomes = await link.send(text);
          expect(outcomes).toHaveLength(parts);
          sent.push(octetsOf(text));
        }
      }
      await link.stop();
      const packets = await dissect(pcapOf(pdusOf(tap.chunks).map(({ chunk }) => chunk)));
      const together = packets.flatMap(({ reassembled }) => (reassembled === null ? [] : [reassembled]));
      expect(together.filter((octets) => sent.includes(octets))).toEqual(sent);
    },
  );

  test('reads the registration of a sender in the TLVs of a carrier', async () => {
    const smsc = await ourSmsc();
    const tap = await recorder(smsc.port);
    const registration_tlvs = { entity_id: '0x1400', template_id: '0x1401' };
    const ids = { entity_id: '1101', template_id: '1107' };
    const link = await ourLink(tap.port, { registration_tlvs }, { registrationOf: () => ids });
    expect(await link.send('a'.repeat(200))).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
    await link.stop();
    const packets = await dissect(pcapOf(pdusOf(tap.chunks).map(({ chunk }) => chunk)));
    const submits = packets.filter(({ smpp }) => Number(smpp['smpp.command_id']) === 0x04);
    const tlv = (tag: string, id: string) => ({
      'smpp.opt_param_tag': tag,
      'smpp.opt_param_len': '5',
      'smpp.vendor_op': `${Buffer.from(id).toString('hex').replaceAll(/../g, '$&:')}00`,
    });
    const shown = { 'smpp.opt_param': [tlv('0x1400', '1101'), tlv('0x1401', '1107')] };
    expect(submits.map(({ smpp }) => smpp['smpp.opt_params'])).toEqual([shown, shown]);
  });
});

function octetsOf(text: string): string {
  const octets = /^[\x20-\x7e]*$/.test(text) ? Buffer.from(encodeGsm7(text)) : Buffer.from(text, 'utf16le').swap16();
  return octets.toString('hex');
}
