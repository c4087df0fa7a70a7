import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Everything secret that is stored goes through this box: AES-256-GCM under a sub-key per label (HKDF-SHA256,
 * RFC 5869), so that a value sealed for one purpose opens for no other. A label serves one purpose only: either
 * sealing or deriving.
 */
export interface SecretBox {
  /** Of the current key: the first 4 bytes of its SHA-256, in hex. */
  readonly keyId: string;
  /** The 32-byte sub-key of the current key. */
  derive(label: string): Buffer;
  /** key id (4) | nonce (12) | tag (16) | ciphertext, always under the current key. */
  seal(label: string, plain: Buffer | string): Buffer;
  /** @throws {UnknownKeyError} for a key that is not configured, {SealedValueError} for damage or another label. */
  open(label: string, sealed: Buffer): Buffer;
  /** Whether `sealed` (or only its first 4 bytes) names a configured key. */
  knows(sealed: Buffer): boolean;
}

/** The value was sealed under a key that is not among the configured ones. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
  readonly keyId: string;
  constructor(keyId: string) {
    super(`No configured secret key has the id ${keyId}.`);
    this.keyId = keyId;
  }
}

/** The value is damaged, cut, or was sealed for another label. */
export class SealedValueError extends Error {
  override readonly name = 'SealedValueError';
  constructor() {
    super('The sealed value cannot be opened: it is damaged or was sealed for another purpose.');
  }
}

/**
 * @param secretKeys base64 of 32 bytes each. The first one seals; all of them open, which is how a key is rotated.
 * @throws {RangeError} when there is none, or one is not 32 bytes, or two have the same id. It never shows a key.
 */
export function secretBox(secretKeys: readonly string[]): SecretBox {
  const keys = secretKeys.map(parseKey);
  const current = keys[0];
  if (!current) throw new RangeError('At least one secret key is needed.');
  const byId = new Map(keys.map((key) => [key.id.toString('hex'), key]));
  if (byId.size !== keys.length) throw new RangeError('The same secret key is configured twice.');

  return {
    keyId: current.id.toString('hex'),
    derive: (label) => Buffer.from(current.subKey(label)),
    seal: (label, plain) => seal(current, label, plain),
    open(label, sealed) {
      if (sealed.length < HEADER_LENGTH) throw new SealedValueError();
      const id = idOf(sealed);
      const key = byId.get(id);
      if (!key) throw new UnknownKeyError(id);
      return open(key, label, sealed);
    },
    knows: (sealed) => byId.has(idOf(sealed)),
  };
}

interface Key {
  readonly id: Buffer;
  subKey(label: string): Buffer;
}

const ID_LENGTH = 4;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const HEADER_LENGTH = ID_LENGTH + NONCE_LENGTH + TAG_LENGTH;

function parseKey(text: string, index: number): Key {
  const bytes = Buffer.from(text, 'base64');
  // Buffer.from skips what is not base64, so a typing error would silently make another key.
  if (bytes.length !== 32 || !/^[A-Za-z0-9+/]{43}=?$/.test(text)) {
    throw new RangeError(`Secret key ${index + 1} is not the base64 of 32 bytes.`);
  }
  const subKeys = new Map<string, Buffer>();
  return {
    id: createHash('sha256').update(bytes).digest().subarray(0, ID_LENGTH),
    subKey(label) {
      const known = subKeys.get(label) ?? Buffer.from(hkdfSync('sha256', bytes, 'smsbridge', label, 32));
      subKeys.set(label, known);
      return known;
    },
  };
}

function seal(key: Key, label: string, plain: Buffer | string): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key.subKey(label), nonce).setAAD(key.id);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([key.id, nonce, cipher.getAuthTag(), ciphertext]);
}

function open(key: Key, label: string, sealed: Buffer): Buffer {
  const nonce = sealed.subarray(ID_LENGTH, ID_LENGTH + NONCE_LENGTH);
  const tag = sealed.subarray(ID_LENGTH + NONCE_LENGTH, HEADER_LENGTH);
  const decipher = createDecipheriv('aes-256-gcm', key.subKey(label), nonce).setAAD(key.id).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_LENGTH)), decipher.final()]);
  } catch {
    throw new SealedValueError();
  }
}

function idOf(sealed: Buffer): string {
  return sealed.subarray(0, ID_LENGTH).toString('hex');
}
