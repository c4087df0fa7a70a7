import { describe, expect, test } from 'vitest';
import type { Outcome, Part } from '../../server/messages/carrier.ts';
import { refusal } from '../../server/smpp/command-status.ts';
import { createPartWriter } from '../../server/smpp/part-writer.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const PART: Part = {
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 60,
  messageReference: 77,
};
const accepted: Outcome = { kind: 'accepted', carrierId: '1' };

/** A carrier that answers by what it is sent. */
function writer(
  settings: object,
  answer: (fields: Partial<MessageFields>) => Outcome,
  ids: Readonly<Record<string, string>> | null = null,
) {
  const profile = carrierSchema.parse({ id: 'c', host: 'h', port: 1, system_id: 's', password: 'p', ...settings });
  const written: Partial<MessageFields>[] = [];
  const logged: { level: string; line: object; message: string }[] = [];
  const note = (level: string) => (line: object, message: string) => void logged.push({ level, line, message });
  const clock = virtualClock();
  const log = { warn: note('warn'), error: note('error') } as never;
  const registrationOf = (sender: string) => (sender === PART.from ? ids : null);
  const write = createPartWriter({ profile, clock, log, registrationOf });
  const bind = {
    submit(fields: Partial<MessageFields>) {
      written.push(fields);
      return Promise.resolve(answer(fields));
    },
  };
  return { written, logged, clock, write: (part: Partial<Part> = {}) => write(bind, { ...PART, ...part }) };
}

const hasTlv = ({ userMessageReference, destAddrSubunit, sarMsgRefNum, messagePayload }: Partial<MessageFields>) =>
  [userMessageReference, destAddrSubunit, sarMsgRefNum, messagePayload].some((tlv) => tlv !== undefined);
const takesNoTlvs = (fields: Partial<MessageFields>) => (hasTlv(fields) ? refusal(0xc1) : accepted);
const again = { user_message_reference: true, retry_without_tlvs: true };

describe('a carrier that refuses TLVs', () => {
  test('gets the text once more without them, and from then on none', async () => {
    const { write, written, logged } = writer(again, takesNoTlvs);
    expect(await write()).toEqual(accepted);
    expect(written.map(hasTlv)).toEqual([true, false]);
    expect(await write()).toEqual(accepted);
    expect(written.map(hasTlv)).toEqual([true, false, false]);
    expect(logged).toMatchObject([{ level: 'warn', line: { carrier: 'c' } }]);
  });

  test('gets it once where nobody has allowed that', async () => {
    const { write, written } = writer({ user_message_reference: true }, takesNoTlvs);
    expect(await write()).toMatchObject({ kind: 'refused', class: 'permanent', commandStatus: 0xc1 });
    expect(written).toHaveLength(1);
  });

  test('gets it twice at most, and is asked anew with the next one', async () => {
    const { write, written } = writer(again, () => refusal(0xc1));
    expect(await write()).toMatchObject({ commandStatus: 0xc1 });
    await write();
    expect(written.map(hasTlv)).toEqual([true, false, true, false]);
  });

  test.each([
    [
      'a part that TLVs number',
      { encoding: { long_message: 'sar' } },
      { concatenation: { reference: 1, total: 2, number: 1 } },
    ],
    ['a text in message_payload', { encoding: { long_message: 'message_payload' } }, { text: 'x'.repeat(200) }],
    ['a text without TLVs', { user_message_reference: false }, {}],
  ])('gets %s once: nothing can be left out of it', async (_name, settings, part) => {
    const { write, written } = writer({ ...again, ...settings }, () => refusal(0xc1));
    expect(await write(part)).toMatchObject({ commandStatus: 0xc1 });
    expect(written).toHaveLength(1);
  });

  test('gets a flash text as an ordinary one rather than not at all', async () => {
    const settings = { retry_without_tlvs: true, encoding: { flash: 'dest_addr_subunit' } };
    const { write, written } = writer(settings, takesNoTlvs);
    expect(await write({ flash: true })).toEqual(accepted);
    expect(written.map(({ destAddrSubunit }) => destAddrSubunit)).toEqual([1, undefined]);
  });

  test('gets the registration of the sender all the same, and nothing again that has no other TLV', async () => {
    const registration_tlvs = { entity_id: '0x1400' };
    const vendorTlvs = [{ tag: 0x1400, value: Buffer.from('1101\0') }];
    const both = writer({ ...again, registration_tlvs }, takesNoTlvs, { entity_id: '1101' });
    expect(await both.write()).toEqual(accepted);
    expect(both.written).toMatchObject([{ userMessageReference: 77, vendorTlvs }, { vendorTlvs }]);
    expect(both.written.map(hasTlv)).toEqual([true, false]);
    const alone = writer({ retry_without_tlvs: true, registration_tlvs }, () => refusal(0xc1), { entity_id: '1101' });
    expect(await alone.write()).toMatchObject({ kind: 'refused', class: 'permanent', commandStatus: 0xc1 });
    expect(alone.written).toHaveLength(1);
    await alone.write({ from: 'Acme' });
    expect(alone.written[1]).not.toHaveProperty('vendorTlvs');
  });

  test('is not asked again for any other reason', async () => {
    const { write, written } = writer(again, () => refusal(0x0b));
    await write();
    expect(written).toHaveLength(1);
  });
});

describe('a carrier that cannot read the length of our PDU', () => {
  test('raises an alarm, once a minute, without the text and its numbers', async () => {
    const { write, logged, clock } = writer({}, () => refusal(0x02));
    expect(await write()).toMatchObject({ kind: 'refused', class: 'permanent', name: 'ESME_RINVCMDLEN' });
    await write();
    expect(logged).toMatchObject([{ level: 'error', line: { carrier: 'c', command_status: '0x00000002' } }]);
    await clock.advance(60_000);
    await write();
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toMatch(/4155550123|Hello/);
  });
});

test('a text that cannot be written is refused without leaving', async () => {
  const { write, written } = writer({}, () => accepted);
  expect(await write({ text: 'Привет' })).toMatchObject({ kind: 'refused', class: 'permanent' });
  expect(written).toEqual([]);
});
