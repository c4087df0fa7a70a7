import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The place where a page ended: the id of its last row, signed. What is inserted meanwhile is newer and moves
 * nothing. It is bound to `scope`, the mode and the filters of the list: elsewhere it would skip rows silently.
 */
export function encodeCursor(key: Buffer, scope: string, lastId: string): string {
  const id = Buffer.from(lastId.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, signature(key, scope, id)]).toString('base64url');
}

/** The id in the cursor; null when it is damaged, forged, or of another list. */
export function decodeCursor(key: Buffer, scope: string, cursor: string): string | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== ID_LENGTH + SIGNATURE_LENGTH) return null;
  const id = bytes.subarray(0, ID_LENGTH);
  if (!timingSafeEqual(bytes.subarray(ID_LENGTH), signature(key, scope, id))) return null;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const ID_LENGTH = 16;
const SIGNATURE_LENGTH = 16;

function signature(key: Buffer, scope: string, id: Buffer): Buffer {
  return createHmac('sha256', key).update(id).update(scope).digest().subarray(0, SIGNATURE_LENGTH);
}
