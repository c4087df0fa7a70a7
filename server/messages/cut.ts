import { DEFAULT_TABLES } from '../rules/gsm7.ts';
import { messageReference } from '../rules/message-reference.ts';
import { type Segmented, segment } from '../rules/segments.ts';
import { isSealed } from '../store/bodies.ts';
import type { Database } from '../store/database.ts';
import { type Cutting, noteCuttings } from '../store/concatenation.ts';
import { groupCommit } from '../store/group-commit.ts';
import type { Claimed } from '../store/messages.ts';
import type { Carrier, Part } from './carrier.ts';

/** A text as it goes to one carrier. */
export interface Cut extends Segmented {
  /** One for each text, the same for every attempt, so a phone recognises a part that comes twice. */
  readonly reference: number;
}

/** Rejects when what is needed for the cut cannot be stored, or its body not be read: then nothing may be sent. */
export type CutFor = (message: Claimed, carrier: Pick<Carrier, 'encoding'>) => Promise<Cut>;

/** Costs nothing for a text of one part that was accepted as one. Texts that start together share a statement. */
export function createCutFor(database: Database): CutFor {
  const note = groupCommit((cuttings: readonly Cutting[]) => noteCuttings(database, cuttings));
  return async (message, carrier) => {
    // By another server, under a key that this one has not got yet.
    if (isSealed(message.body)) throw new Error('The body of a text cannot be opened.');
    const cut = segment(message.body, carrier.encoding, wishOf(message));
    const parts = cut.parts.length;
    const isNoted =
      cut.encoding === message.encoding &&
      cut.segments === message.segments &&
      parts === (message.submit_count ?? message.segments);
    if (isNoted && (parts === 1 || message.reference !== null)) return { ...cut, reference: message.reference ?? 0 };
    const reference = await note({ id: message.id, encoding: cut.encoding, segments: cut.segments, parts });
    return { ...cut, reference: reference ?? 0 };
  };
}

/** The parts of a cut text, but for what changes from attempt to attempt. */
export function partsOf(message: PartedText, cut: Cut): Omit<Part, 'validitySeconds'>[] {
  const { id, attempts, from, to, flash, message_type: messageType } = message;
  const { encoding, shift, parts, reference } = cut;
  const total = parts.length;
  return parts.map((text, index) => ({
    from,
    to,
    text,
    encoding,
    concatenation: total > 1 ? { reference, total, number: index + 1 } : null,
    ...(shift !== DEFAULT_TABLES && { shift }),
    ...(flash && { flash }),
    ...(messageType && { messageType }),
    ...(id !== undefined && { messageReference: messageReference(id, attempts ?? 1, index + 1) }),
  }));
}

type PartedText = Pick<Claimed, 'from' | 'to' | 'flash'> & Partial<Pick<Claimed, 'id' | 'attempts' | 'message_type'>>;

/** What was told when the text was accepted is kept where the carrier can. */
function wishOf({ encoding, flash }: Claimed) {
  if (encoding === 'UCS-2') return { encoding: 'ucs2', flash } as const;
  return { encoding: encoding === 'GSM-7' ? 'gsm7' : 'auto', flash } as const;
}
