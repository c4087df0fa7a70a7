import { onTestFinished, expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { type EncodingProfile, DEFAULT_ENCODING } from '../../server/rules/encoding.ts';
import { partsOf } from '../../server/messages/cut.ts';
import { segment } from '../../server/rules/segments.ts';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import { smppCarrier } from '../../server/smpp/carrier.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { until } from '../support/until.ts';

const FROM = '+15005550006';
const TO = '+14155550123';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

test.each<[string, Partial<EncodingProfile>, string]>([
  ['unpacked GSM-7', {}, 'Grüße @ €'.repeat(40)],
  ['packed GSM-7 with 16 bits', { default_alphabet: 'gsm7_packed', long_message: 'udh16' }, '[1] é€'.repeat(60)],
  ['Latin-1 by SAR', { latin1: true, long_message: 'sar' }, 'façade '.repeat(40)],
  ['Latin-1 as the default', { default_alphabet: 'latin1' }, 'façade []'.repeat(30)],
  ['ASCII as the default', { default_alphabet: 'ascii' }, 'plain [text] '.repeat(30)],
  ['ASCII by its name, beside Latin-1', { default_alphabet: 'latin1', ascii: true }, 'plain [text] '.repeat(30)],
  ['UTF-8 as the default', { default_alphabet: 'utf8' }, 'Grüße 👨‍👩‍👧‍👦 € '.repeat(20)],
  ['UCS-2', {}, 'Привет 👨‍👩‍👧‍👦 '.repeat(12)],
  ['national tables', { national_tables: [1] }, 'İyi günler, ğş '.repeat(25)],
  ['message_payload', { long_message: 'message_payload' }, 'x€'.repeat(200)],
])('a long text in %s is one text on the phone, over a real connection both ways', async (_name, changes, body) => {
  const encoding = { ...DEFAULT_ENCODING, ...changes };
  const { simulator, carrier, inbound } = await connected(encoding);
  const cut = segment(body, encoding);
  const [slot] = await carrier.reserve(1);
  for (const part of partsOf({ from: FROM, to: TO, flash: false }, { ...cut, reference: 300 })) {
    expect(await slot?.submit({ ...part, validitySeconds: 60 })).toMatchObject({ kind: 'accepted' });
  }
  slot?.release();
  await until(() => simulator.phone(TO).length > 0);
  expect(simulator.phone(TO)).toMatchObject([{ body, segments: cut.segments, from: FROM }]);

  const answer = 'Ja [gern] für 5';
  expect(await simulator.answer({ from: TO, to: FROM, body: answer })).toEqual({ delivered: true });
  expect(inbound).toEqual([answer]);
});

async function connected(encoding: EncodingProfile) {
  const simulator: Simulator = await startSimulator({
    port: 0,
    systemId: 'sandbox',
    password: 'sandbox',
    defaultAlphabet: encoding.default_alphabet,
    clock: systemClock,
    log,
  });
  const inbound: string[] = [];
  const carrier = smppCarrier({
    profile: carrierSchema.parse({
      id: 'c',
      host: '127.0.0.1',
      port: simulator.port,
      system_id: 'sandbox',
      password: 'sandbox',
      encoding,
    }),
    mode: 'test',
    clock: systemClock,
    log,
    events: {
      receipt: () => Promise.resolve(),
      inbound: (text) => {
        inbound.push(text.body);
        return Promise.resolve();
      },
    },
  });
  onTestFinished(async () => {
    await carrier.stop();
    await simulator.stop();
  });
  carrier.start();
  await until(() => carrier.isUp());
  return { simulator, carrier, inbound };
}
