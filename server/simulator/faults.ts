import type { IdFormat } from '../rules/simulator-faults.ts';

/** A message id as a carrier of that habit writes it. */
export function formatId(id: bigint, format: IdFormat): string {
  switch (format) {
    case 'decimal':
      return id.toString();
    case 'hex':
      return id.toString(16);
    case 'hex_upper':
      return id.toString(16).toUpperCase();
    case 'zero_padded':
      return id.toString().padStart(24, '0');
    case 'uuid':
      return id
        .toString(16)
        .padStart(32, '0')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    case 'always_zero':
      return '0';
  }
}

/** Chances in [0, 1) that come out the same for the same seed: mulberry32, by Tommy Ettinger, in the public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
