/**
 * Cuts a byte stream into PDUs by command_length (SMPP 3.4 §3.2) before anything reads them. It holds at most one
 * unfinished PDU, copies each octet at most once, and after a violation it reads nothing more: the stream has no
 * place to pick up again.
 */
export interface Framer {
  /** The PDUs this chunk completed, in order, and the violation behind them, if any. */
  push(chunk: Buffer): Framed;
}

export interface Framed {
  readonly frames: Buffer[];
  readonly violation: { readonly commandLength: number } | null;
}

const LENGTH_OCTETS = 4;
const HEADER_LENGTH = 16;

/** `maxLength` in octets. */
export function framer({ maxLength }: { readonly maxLength: number }): Framer {
  const lengthOctets = Buffer.alloc(LENGTH_OCTETS);
  let lengthFilled = 0;
  let partial: Buffer | null = null;
  let filled = 0;
  let violation: Framed['violation'] = null;

  /** Takes one step into `chunk` from `at`; returns where the next one starts. */
  function step(chunk: Buffer, at: number, frames: Buffer[]): number {
    if (partial) return fill(partial, chunk, at, frames);
    if (lengthFilled > 0 || chunk.length - at < LENGTH_OCTETS) return readLength(chunk, at);
    const commandLength = chunk.readUInt32BE(at);
    if (!isValid(commandLength)) return at;
    if (chunk.length - at >= commandLength) {
      frames.push(chunk.subarray(at, at + commandLength));
      return at + commandLength;
    }
    return begin(commandLength, chunk, at);
  }

  function readLength(chunk: Buffer, at: number): number {
    const taken = chunk.copy(lengthOctets, lengthFilled, at, at + LENGTH_OCTETS - lengthFilled);
    lengthFilled += taken;
    if (lengthFilled < LENGTH_OCTETS) return at + taken;
    const commandLength = lengthOctets.readUInt32BE(0);
    lengthFilled = 0;
    if (isValid(commandLength)) begin(commandLength, lengthOctets, 0);
    return at + taken;
  }

  function begin(commandLength: number, chunk: Buffer, at: number): number {
    partial = Buffer.alloc(commandLength);
    filled = chunk.copy(partial, 0, at);
    return at + filled;
  }

  function fill(frame: Buffer, chunk: Buffer, at: number, frames: Buffer[]): number {
    const taken = chunk.copy(frame, filled, at);
    filled += taken;
    if (filled === frame.length) {
      frames.push(frame);
      partial = null;
    }
    return at + taken;
  }

  function isValid(commandLength: number): boolean {
    if (commandLength >= HEADER_LENGTH && commandLength <= maxLength) return true;
    violation = { commandLength };
    return false;
  }

  return {
    push(chunk) {
      const frames: Buffer[] = [];
      let at = 0;
      while (at < chunk.length && !violation) at = step(chunk, at, frames);
      return { frames, violation };
    },
  };
}
