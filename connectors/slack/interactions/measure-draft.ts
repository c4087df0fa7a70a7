import { type Preview, SmsApiError } from '../../sdk/index.ts';
import { contactHours } from '../rules/contact-hours.ts';
import type { Measured } from '../rules/draft-words.ts';
import { cut } from '../rules/plain-words.ts';
import type { Around } from '../threads/around.ts';
import { OPTED_OUT } from '../rules/sentences.ts';
import { faultWords, hasOptedOut, serverWords } from '../rules/server-words.ts';

/** A text that is being written, to one number. */
export interface Wanted {
  readonly to: string;
  /** '' = the server chooses. */
  readonly from: string;
  readonly text: string;
  /** When it is to leave; null = now. */
  readonly at: Date | null;
}

export type DraftField = 'to' | 'from' | 'text' | 'at';

/** What is wrong with what was filled in, as one sentence at its field. */
export interface Fault {
  readonly field: DraftField;
  readonly fault: string;
}

export type MeasuredDraft =
  | { readonly type: 'measured'; readonly preview: Preview; readonly measured: Measured }
  | ({ readonly type: 'fault' } & Fault);

const FAULT_MAX = 150;

/** The server says what sending it would be like: it counts, and knows who has opted out. */
export async function measureDraft(around: Around, { to, from, text, at }: Wanted): Promise<MeasuredDraft> {
  try {
    const preview = await around.sdk.sms.preview({
      to,
      body: text,
      message_type: 'conversational',
      ...(from === '' ? {} : { from }),
      ...(at ? { schedule_for: at.toISOString() } : {}),
    });
    return { type: 'measured', preview, measured: measuredOf(around, preview, at) };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    const fault = cut(faultWords(around.settings, error), FAULT_MAX);
    return { type: 'fault', field: fieldOf(error), fault };
  }
}

function measuredOf({ settings, clock }: Around, preview: Preview, at: Date | null): Measured {
  const { encoding, segments, remaining, verdict, number, from } = preview;
  const hours = contactHours(number.time_zones, settings.quiet, at?.getTime() ?? clock.now());
  return {
    encoding,
    segments,
    remaining,
    from: from.resolved,
    refusal: verdict.allowed ? null : refusalOf(settings, verdict),
    quietTime: hours.isQuiet ? hours.localTime : null,
  };
}

const refusalOf = (settings: Around['settings'], verdict: Preview['verdict']) =>
  hasOptedOut(verdict) ? OPTED_OUT : cut(serverWords(settings, verdict.detail), FAULT_MAX);

const FIELDS: Readonly<Record<string, DraftField>> = { to: 'to', from: 'from', schedule_for: 'at' };

function fieldOf({ param, code }: SmsApiError): DraftField {
  if (code === 'SENDER_NOT_ALLOWED') return 'from';
  if (code === 'INVALID_NUMBER') return param === 'from' ? 'from' : 'to';
  if (code === 'SCHEDULE_OUT_OF_RANGE') return 'at';
  return FIELDS[param ?? ''] ?? 'text';
}
