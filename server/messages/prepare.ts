import type { MessageRow } from '../store/schema.ts';
import { withOptOutText } from '../rules/opt-out-footer.ts';
import { parseSender } from '../rules/phone-number.ts';
import type { Caller, Refusal, SendRequest } from './accept-types.ts';
import { draft, type DraftSettings } from './draft.ts';
import { encodeFor, type EncodeRequest, type EncodingOf, segmentsFor } from './encode.ts';
import { type Money, withPrice } from './money.ts';
import { place, type Placed, type PlaceOptions } from './place.ts';

export interface PrepareOptions extends PlaceOptions {
  readonly settings: DraftSettings;
  readonly encodingOf?: EncodingOf;
  /** Where a recipient who cannot reply opts out; null = there is no such page. */
  readonly optOutPage: OptOutPage | null;
  readonly money: Money;
}

export interface OptOutPage {
  /** The page of one recipient, for one sender. */
  linkFor(message: Pick<MessageRow, 'mode' | 'from' | 'contact'>): OptOutLink;
}

export interface OptOutLink {
  readonly token: string;
  readonly url: string;
}

/** A text as it would be stored if nothing keeps it back, with how that came about. */
export type Prepared =
  | {
      readonly ok: true;
      readonly message: MessageRow;
      readonly placed: Placed;
      /** The sandbox treats the recipient as if they had opted out. */
      readonly isOptedOut: boolean;
      /** What was added to a promotional text; null = nothing. */
      readonly addedText: string | null;
      /** To be stored with the text; null = the text has no link. */
      readonly link: OptOutLink | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Everything about a text that needs no transaction: number, sender, carrier, opt-out text, encoding. */
export async function prepare(
  options: PrepareOptions,
  request: SendRequest,
  caller: Caller,
  id: string,
  now: number,
): Promise<Prepared> {
  const made = draft(request, caller, options.settings, id, now);
  if (!made.ok) return made;
  const placed = await place(options, made.message);
  if (!placed.result.ok) return { ok: false, refusal: placed.result.refusal };
  const composed = compose(options, placed.result.message, request);
  if (!composed.ok) return composed;
  const message = withPrice(options.money, composed.message);
  return { ...composed, message, placed, isOptedOut: made.magic?.behaviour === 'opted_out' };
}

/** The body of a text that has its sender and its carrier: with its opt-out text, encoded and cut. */
export function compose(
  options: Pick<PrepareOptions, 'encodingOf' | 'optOutPage'>,
  message: MessageRow,
  request: EncodeRequest,
): Composed {
  const closing = closingOf(options, message, request);
  const encoded = encodeFor(message, { ...request, body: closing.text }, options.encodingOf);
  if (!encoded.ok) return encoded;
  return { ok: true, message: encoded.message, addedText: closing.added, link: closing.link };
}

type Composed =
  | {
      readonly ok: true;
      readonly message: MessageRow;
      readonly addedText: string | null;
      readonly link: OptOutLink | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

interface Closing {
  readonly text: string;
  readonly added: string | null;
  readonly link: OptOutLink | null;
}

/** Promotional texts say how to opt out, and a sender that cannot be answered gives a link (47 CFR 64.1200(a)(10)). */
function closingOf(
  { optOutPage, encodingOf }: Pick<PrepareOptions, 'encodingOf' | 'optOutPage'>,
  message: MessageRow,
  request: EncodeRequest,
): Closing {
  if (message.message_type !== 'promotional') return { text: request.body, added: null, link: null };
  const sender = parseSender(message.from);
  const senderIsOneWay = sender.ok && sender.kind === 'alphanumeric';
  const link = senderIsOneWay ? (optOutPage?.linkFor(message) ?? null) : null;
  const { text, added } = withOptOutText({
    text: request.body,
    language: null,
    senderIsOneWay,
    optOutUrl: link?.url ?? null,
    segmentsOf: (body) => segmentsFor(message, { ...request, body }, encodingOf),
  });
  // Whoever copies the link from a preview into the text means it to work.
  return { text, added, link: link && text.includes(link.url) ? link : null };
}
