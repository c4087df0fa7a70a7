import { describe, expect, test } from 'vitest';
import { createWriter } from '../../server/smpp/writer.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the writer', () => {
  test('writes what one turn of the event loop brought in one piece and in order', async () => {
    const { writer, written } = setUp();
    for (const text of ['a', 'b', 'c']) writer.write(Buffer.from(text));
    await Promise.resolve();
    writer.write(Buffer.from('d'));
    expect(written).toEqual([]);
    await turn();
    expect(written).toEqual(['abcd']);
  });

  test('writes at once when it is told to, and nothing twice', async () => {
    const { writer, written } = setUp();
    writer.write(Buffer.from('a'));
    writer.flush();
    await turn();
    expect(written).toEqual(['a']);
  });

  test('writes nothing to a socket that is gone', async () => {
    const { writer, written, socket } = setUp();
    writer.write(Buffer.from('a'));
    socket.writable = false;
    await turn();
    expect(written).toEqual([]);
  });

  test('says stop when the peer reads nothing and 4 MB wait for it', () => {
    const { writer, socket } = setUp();
    socket.writableLength = 4 * 1024 * 1024 - 10;
    expect(writer.write(Buffer.alloc(10))).toBe(true);
    expect(writer.write(Buffer.alloc(1))).toBe(false);
  });
});

function setUp() {
  const written: string[] = [];
  const socket = {
    writable: true,
    writableLength: 0,
    write(octets: Uint8Array | string) {
      written.push(octets.toString());
      return true;
    },
  };
  return { writer: createWriter(socket), written, socket };
}
