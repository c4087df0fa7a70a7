import { createRequire } from 'node:module';
import type { MessageFields } from '../../server/smpp/pdu.ts';

/** The octets that npm smpp itself writes, with its tables as they come: an instance that nothing of ours has touched. */
export function packageFrame(command: string, sequenceNumber: number, fields: Partial<MessageFields>): Buffer {
  const options: Record<string, unknown> = { sequence_number: sequenceNumber };
  for (const [name, value] of Object.entries(fields)) {
    options[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return new untouched.PDU(command, options).toBuffer();
}

interface Untouched {
  PDU: new (command: string, options: Record<string, unknown>) => { toBuffer(): Buffer };
  filters: { time: { encode: (value: unknown) => unknown } };
}

const untouched = ((): Untouched => {
  const require = createRequire(new URL('../../server/package.json', import.meta.url));
  for (const name of Object.keys(require.cache)) {
    if (name.includes('/smpp/lib/')) delete require.cache[name];
  }
  const smpp = require('smpp') as Untouched;
  // Its time filter pads what is no time.
  smpp.filters.time.encode = (value) => value;
  return smpp;
})();
