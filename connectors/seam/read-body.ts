import type { IncomingMessage } from 'node:http';

/** Null = larger than `bytesMax`; the rest is left unread, and the connection is good for nothing more. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > bytesMax) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
