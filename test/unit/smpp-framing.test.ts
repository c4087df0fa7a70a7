import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { framer } from '../../server/smpp/pdu-framing.ts';

const maxLength = 70_000;
const frame = (length: number, fill = 0x61) => {
  const octets = Buffer.alloc(length, fill);
  octets.writeUInt32BE(length, 0);
  return octets;
};
const header = (commandLength: number) => {
  const octets = Buffer.alloc(16);
  octets.writeUInt32BE(commandLength, 0);
  return octets;
};

describe('cutting a stream into PDUs', () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 16, max: 60 }), fc.integer({ min: 16, max: 3_000 })), {
    maxLength: 20,
  });
  const cuts = fc.array(fc.nat(2_000), { maxLength: 60 });

  propertyTest.prop([lengths, cuts], { numRuns: 500 })(
    'gives the same PDUs wherever the network cuts',
    (sizes, pieces) => {
      const frames = sizes.map((size, index) => frame(size, index));
      const cutter = framer({ maxLength });
      const seen: Buffer[] = [];
      for (const chunk of inPieces(Buffer.concat(frames), pieces)) {
        const framed = cutter.push(chunk);
        expect(framed.violation).toBeNull();
        seen.push(...framed.frames);
      }
      expect(seen.map((octets) => octets.toString('hex'))).toEqual(frames.map((octets) => octets.toString('hex')));
    },
  );

  test('gives a PDU of 70,000 octets that comes octet by octet', () => {
    const cutter = framer({ maxLength });
    const whole = frame(70_000);
    const seen = [...whole].flatMap((octet) => cutter.push(Buffer.from([octet])).frames);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.equals(whole)).toBe(true);
  });

  test('gives nothing for half a PDU, and nothing for no octets', () => {
    const cutter = framer({ maxLength });
    expect(cutter.push(frame(40).subarray(0, 20))).toEqual({ frames: [], violation: null });
    expect(cutter.push(Buffer.alloc(0))).toEqual({ frames: [], violation: null });
  });
});

describe('a command_length that no PDU can have', () => {
  test.each([0, 1, 2, 4, 15, 70_001, 0x4854_5450, 0xffff_ffff])('%i is a violation at once', (commandLength) => {
    expect(framer({ maxLength }).push(header(commandLength)).violation).toEqual({ commandLength });
  });

  propertyTest.prop([
    fc.oneof(fc.nat(15), fc.integer({ min: 70_001, max: 0xffff_ffff })),
    fc.integer({ min: 1, max: 3 }),
  ])('is found when it comes in pieces, too', (commandLength, cut) => {
    const cutter = framer({ maxLength });
    expect(cutter.push(header(commandLength).subarray(0, cut)).violation).toBeNull();
    expect(cutter.push(header(commandLength).subarray(cut)).violation).toEqual({ commandLength });
  });

  test('lets the PDUs before it through and nothing after it', () => {
    const cutter = framer({ maxLength });
    const framed = cutter.push(Buffer.concat([frame(16), frame(20), header(4), frame(16)]));
    expect(framed.frames.map((octets) => octets.length)).toEqual([16, 20]);
    expect(framed.violation).toEqual({ commandLength: 4 });
    expect(cutter.push(frame(16))).toEqual({ frames: [], violation: { commandLength: 4 } });
  });

  test('16 and 70,000 are no violations', () => {
    expect(framer({ maxLength }).push(frame(16)).frames).toHaveLength(1);
    expect(framer({ maxLength }).push(frame(70_000)).frames).toHaveLength(1);
  });
});

function inPieces(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(stream.subarray(at, at + size));
    at += size;
  }
  return [...pieces, stream.subarray(Math.min(at, stream.length))];
}
