import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { credentials, ourLink, ourSmsc } from './our-link.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith, perlModule, program, start } from './program.ts';

const tools = [program('perl', 'perl'), perlModule('Net::SMPP', 'libnet-smpp-perl')];
const script = (name: string) => join(import.meta.dirname, name);

describeWith(tools)('Net::SMPP', () => {
  test('as an SMSC takes our texts, and we take its receipts and its answer', async () => {
    const port = await freePort();
    const smsc = start('perl', [script('net-smpp-smsc.pl'), String(port)]);
    await until(() => smsc.said().some(({ listening }) => listening === port));
    const link = await ourLink(port);
    const texts = ['Hello', 'a'.repeat(200), `Привет 😀 ${'ю'.repeat(70)}`];
    const outcomes = (await Promise.all(texts.map((text) => link.send(text)))).flat();
    await until(() => link.receipts.length === outcomes.length && link.inbound.length === 2);

    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'accepted'));
    const ids = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? [outcome.carrierId] : []));
    expect(new Set(link.receipts.map(({ carrierId }) => carrierId))).toEqual(new Set(ids));
    expect(new Set(ids).size).toBe(outcomes.length);
    expect(new Set(link.receipts.map(({ state }) => state))).toEqual(new Set(['delivered']));
    expect(link.inbound.map(({ body, concatenation }) => [concatenation?.number, body])).toEqual([
      [2, 'part two'],
      [1, 'part one, '],
    ]);
    await link.stop();
    expect(
      smsc
        .said()
        .map(({ command }) => command)
        .filter((name) => name !== 'deliver_sm_resp'),
    ).toEqual([undefined, 'bind_transceiver', ...outcomes.map(() => 'submit_sm'), 'unbind']);
    const [first] = smsc.said().filter(({ command }) => command === 'submit_sm');
    expect(first).toMatchObject({
      fields: {
        source_addr: '15005550100',
        source_addr_ton: '1',
        destination_addr: '14155550123',
        short_message: Buffer.from('Hello').toString('hex'),
        data_coding: '0',
        registered_delivery: '1',
      },
    });
    expect(smsc.stderr()).toBe('');
  });

  test('as an ESME submits every kind of text to our simulator and is told what became of it', async () => {
    const simulator = await ourSmsc();
    const { system_id, password } = credentials;
    const esme = start('perl', [script('net-smpp-esme.pl'), String(simulator.port), system_id, password]);
    await until(() => simulator.phone('+14155550123').length === 4 || esme.hasEnded());
    await simulator.answer({ from: '+14155550123', to: 'Perl', body: 'YES' });
    await until(() => esme.hasEnded());

    expect(esme.stderr()).toBe('');
    expect(simulator.phone('+14155550123').map(({ body }) => body)).toEqual([
      'Hello from Perl',
      'Привет😀',
      'one, two',
      'p'.repeat(400),
      'YES',
    ]);
    const said = esme.said();
    const answers = said.filter(({ command }) => command === 'submit_sm_resp');
    expect(answers.map(({ seq, status }) => [seq, status])).toEqual([101, 102, 103, 104, 105].map((seq) => [seq, 0]));
    const receipts = said.filter(({ esm_class: esmClass }) => esmClass === 4);
    expect(receipts.map(({ receipted_message_id: id }) => id)).toEqual(answers.map(({ message_id: id }) => id));
    expect(said.at(-1)).toEqual({ command: 'unbind_resp', status: 0 });
  });

  test('with a wrong password is refused by our simulator', async () => {
    const simulator = await ourSmsc();
    const esme = start('perl', [script('net-smpp-esme.pl'), String(simulator.port), credentials.system_id, 'wrong']);
    await until(() => esme.hasEnded());
    expect(esme.said()).toMatchObject([{ command: 'bind_transceiver_resp', status: 0x0e }]);
  });
});
