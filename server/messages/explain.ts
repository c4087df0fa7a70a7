import type { Clock } from '../clock.ts';
import type { MessageType, Mode } from '../rules/message.ts';
import type { Refusal, SendRequest } from './accept-types.ts';
import { draft, type DraftSettings } from './draft.ts';
import { place, type Placed, type PlaceOptions } from './place.ts';

/** What a text would be given, without sending one. */
export interface ExplainRequest {
  readonly to: string;
  readonly from: string | null;
  readonly message_type: MessageType;
}

export type Explained =
  | { readonly ok: true; readonly to: string; readonly country: string | null; readonly placed: Placed }
  | { readonly ok: false; readonly refusal: Refusal };

export type Explain = (request: ExplainRequest, mode: Mode) => Promise<Explained>;

/** Drafts and places a text as accepting does; nothing is stored. */
export function createExplain(options: PlaceOptions & { settings: DraftSettings; clock: Clock }): Explain {
  return async ({ to, from, message_type }, mode) => {
    const caller = { keyId: '', mode };
    const made = draft({ ...ANY_TEXT, to, from, message_type }, caller, options.settings, NO_ID, options.clock.now());
    if (!made.ok) return made;
    const placed = await place(options, made.message);
    return { ok: true, to: made.message.to, country: made.message.country, placed };
  };
}

const NO_ID = '00000000-0000-0000-0000-000000000000';

const ANY_TEXT: Omit<SendRequest, 'to' | 'from' | 'message_type'> = {
  body: 'Hello',
  on_ambiguous: 'default',
  validity_period: 86_400,
  status_callback: null,
  client_ref: null,
  metadata: null,
  warnings: [],
  encoding: 'auto',
  smart_encoding: false,
  max_segments: 10,
  flash: false,
  // Senders that need one get one.
  topic: 'any',
  schedule_for: null,
  quiet_hours: null,
};
