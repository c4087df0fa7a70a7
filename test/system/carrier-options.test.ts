import { describe, expect, test } from 'vitest';
import type { Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import type { Script } from '../support/scripted-smsc.ts';
import { type Account, account, allBound } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

const answer = ({ sequenceNumber }: Pdu, commandStatus: number): PduToSend => ({
  command: 'submit_sm_resp',
  sequenceNumber,
  commandStatus,
});

const submitted = (bridge: Account) =>
  (bridge.smsc.peers[0]?.received ?? []).flatMap((pdu) => (pdu.command === 'submit_sm' ? [pdu.fields] : []));

describe('what a carrier wants of a text', () => {
  test('is on the wire: class 0 by TLV, reference, priority, service type, intermediate receipts', async () => {
    const bridge = await account({
      encoding: { flash: 'dest_addr_subunit' },
      user_message_reference: true,
      intermediate_receipts: true,
      service_type: 'CMT',
      priority_flag: { otp: 2 },
    });
    await allBound(bridge);
    await bridge.send({ flash: true, messageType: 'otp', messageReference: 4_660 });
    await bridge.send({ messageType: 'promotional' });
    expect(submitted(bridge)).toMatchObject([
      {
        destAddrSubunit: 1,
        userMessageReference: 4_660,
        registeredDelivery: 0x11,
        serviceType: 'CMT',
        priorityFlag: 2,
        dataCoding: 0,
      },
      { priorityFlag: 0, serviceType: 'CMT' },
    ]);
    expect(submitted(bridge)[1]).not.toHaveProperty('destAddrSubunit');
  });

  test('comes back in receipts: an intermediate one is not final, the reference is ours, the country is known', async () => {
    const bridge = await account({ user_message_reference: true, intermediate_receipts: true, country: 'GB' });
    await allBound(bridge);
    const peer = await bridge.smsc.bound(0);
    const fields = { sourceAddr: '07700900123', userMessageReference: 4_660 };
    const says = (esmClass: number, sequenceNumber: number): PduToSend => ({
      command: 'deliver_sm',
      sequenceNumber,
      fields: { ...fields, esmClass, shortMessage: Buffer.from('id:1 stat:DELIVRD err:000') },
    });
    peer.send(says(0x20, 1));
    peer.send(says(0x04, 2));
    await until(() => bridge.receipts.length === 2);
    const common = { messageReference: 4_660, country: 'GB', recipient: '07700900123' };
    expect(bridge.receipts).toMatchObject([
      { ...common, state: 'enroute' },
      { ...common, state: 'delivered' },
    ]);
  });
});

describe('R076: a carrier that wants to know who a sender is', () => {
  test('gets the ids of its registration as TLVs of its own in each text, asked for anew each time', async () => {
    const ids = new Map([['live +15005550006', { entity_id: '1101', template_id: '1107' }]]);
    const bridge = await account({ registration_tlvs: { entity_id: '0x1400', template_id: '0x1401' } }, {}, () => 0, {
      registrationOf: (mode, sender) => ids.get(`${mode} ${sender}`) ?? null,
    });
    await allBound(bridge);
    await bridge.send();
    await bridge.send({ from: 'Acme' });
    ids.set('live Acme', { entity_id: '2202', template_id: '' });
    await bridge.send({ from: 'Acme' });
    const frames = (bridge.smsc.peers[0]?.frames ?? []).filter((frame) => frame.readUInt32BE(4) === 4);
    const tlvs = (id: string, tag: string) => `${tag}0005${Buffer.from(id).toString('hex')}00`;
    expect(frames.map((frame) => frame.toString('latin1').split('Hello')[1])).toEqual(
      [tlvs('1101', '1400') + tlvs('1107', '1401'), '', tlvs('2202', '1400')].map((hex) =>
        Buffer.from(hex, 'hex').toString('latin1'),
      ),
    );
  });
});

describe('a carrier that answers', () => {
  test('ESME_ROPTPARNOTALLWD gets the text again without TLVs, over the same bind', async () => {
    const script: Script = (pdu) =>
      pdu.command === 'submit_sm' && pdu.fields.userMessageReference !== undefined ? [answer(pdu, 0xc1)] : undefined;
    const bridge = await account({ user_message_reference: true, retry_without_tlvs: true }, { script });
    await allBound(bridge);
    expect(await bridge.send({ messageReference: 5 })).toMatchObject({ kind: 'accepted' });
    expect(submitted(bridge).map(({ userMessageReference }) => userMessageReference)).toEqual([5, undefined]);
  });

  test('ESME_RINVCMDLEN raises an alarm', async () => {
    const script: Script = (pdu) => (pdu.command === 'submit_sm' ? [answer(pdu, 0x02)] : undefined);
    const bridge = await account({}, { script });
    await allBound(bridge);
    expect(await bridge.send()).toMatchObject({ kind: 'refused', class: 'permanent' });
    expect(bridge.logged.join()).toContain('0x00000002');
  });

  test('ESME_RMSGQFUL slows the account down a little; ESME_RTHROTTLED far more', async () => {
    const paceAfter = async (status: number) => {
      const script: Script = (pdu) => (pdu.command === 'submit_sm' ? [answer(pdu, status)] : undefined);
      const bridge = await account({ rate: 100 }, { script });
      await allBound(bridge);
      await bridge.send();
      return bridge.carrier.status().perSecond ?? 0;
    };
    expect(await paceAfter(0x14)).toBeCloseTo(90);
    expect(await paceAfter(0x58)).toBeLessThan(75);
    expect(await paceAfter(0x08)).toBe(100);
  });
});
