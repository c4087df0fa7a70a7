import { SmsApiError } from '../../sdk/index.ts';
import { isOutage } from '../../seam/outage.ts';
import type { Doubt, HoldReason } from '../blocks/asks.ts';
import { isSaidTo } from '../rules/addressed.ts';
import { classifyReply } from '../rules/classify-reply.ts';
import { contactHours } from '../rules/contact-hours.ts';
import { partsOf } from '../rules/message-parts.ts';
import { escaped } from '../rules/plain-words.ts';
import { withOwnPrefixes } from '../rules/own-prefixes.ts';
import { modeOf } from '../rules/routing.ts';
import type { ThreadCommand } from '../rules/thread-command.ts';
import type { Written } from '../rules/thread-message.ts';
import type { Thread } from '../store/threads.ts';
import { type Around, msOfTs } from './around.ts';
import type { Person } from './people.ts';
import { MAY_OPT_IN, OPTED_OUT } from '../rules/sentences.ts';
import { faultWords, hasOptedOut, serverWords } from '../rules/server-words.ts';

/** What becomes of something that was written in a thread. */
export type Verdict =
  | { readonly type: 'nothing' }
  /** `isShown`: the author is told by a lock that nobody else gets it. */
  | { readonly type: 'note'; readonly text: string; readonly isShown: boolean }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'command'; readonly text: string; readonly command: ThreadCommand }
  | {
      readonly type: 'hold';
      readonly text: string;
      readonly doubts: readonly HoldDoubt[];
      readonly morning: Morning | null;
    }
  /** `isOptOut`: the contact does not want it. */
  | { readonly type: 'refuse'; readonly text: string; readonly why: string; readonly isOptOut: boolean };

export type HoldDoubt = Doubt<HoldReason>;

export interface Morning {
  readonly label: string;
  readonly at: number;
}

/** Somebody who wrote that lately is awake. */
const AWAKE_MS = 1_800_000;

/** Judges by what is known now; who has claimed the thread is decided later, when it is locked. */
export async function judgeReply(
  around: Around,
  thread: Thread,
  person: Person,
  message: Written,
  isForeign: boolean,
): Promise<Verdict> {
  const mode = modeOf(around.settings, thread.channel);
  const classified = classifiedIn(around, thread, message);
  if (classified.kind === 'empty') {
    // What would not have been sent needs no refusal.
    const isMeant = message.hasFiles && mode === 'reply' && person.isAgent && !isForeign;
    return isMeant ? filesOnly() : { type: 'nothing' };
  }
  const { text } = classified;
  if (isForeign)
    return {
      type: 'refuse',
      text,
      why: 'Replies of people outside of this workspace are never sent.',
      isOptOut: false,
    };
  if (!person.isAgent) return { type: 'note', text, isShown: true };
  if (classified.kind === 'note') return { type: 'note', text, isShown: mode === 'reply' };
  const lateMs = around.clock.now() - msOfTs(message.ts);
  const isLate = lateMs > around.settings.catchUpMaxMs;
  // What was ordered long ago may be the wrong thing by now.
  if (classified.kind === 'command')
    return isLate ? { type: 'note', text, isShown: true } : { type: 'command', text, command: classified.command };
  if (thread.is_opted_out) return { type: 'refuse', text, why: `${OPTED_OUT} ${MAY_OPT_IN}`, isOptOut: true };
  const reasons = new Set<keyof typeof DOUBTS>(classified.kind === 'hold' ? classified.reasons : []);
  if (message.hasFiles) reasons.add('files');
  if (message.isAboutSelf || isSaidTo(text, around.people.colleaguesOf(person.id), thread.contact_name))
    reasons.add('looks_internal');
  const doubts: HoldDoubt[] = [...reasons].map((key) => ({ key, says: DOUBTS[key] }));
  if (isLate) doubts.push(lateDoubt(lateMs));
  return withDoubts(await judgeText(around, thread, text), doubts);
}

/** By its words alone. */
export const classifiedIn = ({ settings }: Around, { channel }: Thread, message: Written) =>
  withOwnPrefixes(classifyReply(partsOf(message), modeOf(settings, channel)), settings.notePrefixes);

/** They are said together; what is refused is not asked about. */
export function withDoubts(verdict: Verdict, doubts: readonly HoldDoubt[]): Verdict {
  if (doubts.length === 0 || (verdict.type !== 'send' && verdict.type !== 'hold')) return verdict;
  const known = verdict.type === 'hold' ? verdict : { doubts: [], morning: null };
  return { type: 'hold', text: verdict.text, doubts: [...doubts, ...known.doubts], morning: known.morning };
}

const lateDoubt = (lateMs: number): HoldDoubt => ({
  key: 'late',
  says: `It was written ${Math.round(lateMs / 60_000)} minutes ago, and Slack could not be heard since.`,
});

const DOUBTS = {
  files: 'Files cannot be sent as SMS. The words alone can.',
  looks_internal: 'It looks like a note to a colleague.',
  mention: 'It names a colleague or a channel, which the customer would see as @….',
  struck: 'Words in it are struck through, and would arrive as if they were not.',
  slack_link: 'It has a link into Slack, which the customer cannot open.',
  custom_emoji: 'It has an emoji that only this workspace knows; the customer would see its name.',
} as const;

const filesOnly = (): Verdict & { type: 'refuse' } => ({
  type: 'refuse',
  text: '',
  why: 'Files cannot be sent as SMS. Send a link instead.',
  isOptOut: false,
});

/** What the server says about a text before it is sent. */
export async function judgeText(around: Around, thread: Thread, text: string): Promise<Verdict> {
  const { sdk, settings, clock } = around;
  const preview = await sdk.sms
    .preview({ to: thread.contact_number, from: thread.our_number, body: text, message_type: 'conversational' })
    .catch((error: unknown) => refusalOf(settings, error));
  if ('refused' in preview) return { type: 'refuse', text, why: preview.refused, isOptOut: preview.isOptOut };
  const { verdict, segments, encoding, number } = preview;
  if (!verdict.allowed) {
    const isOptOut = hasOptedOut(verdict);
    return {
      type: 'refuse',
      text,
      why: isOptOut ? `${OPTED_OUT} ${MAY_OPT_IN}` : escaped(serverWords(settings, verdict.detail)),
      isOptOut,
    };
  }
  const lastHeardMs = clock.now() - (thread.last_inbound_at?.getTime() ?? 0);
  const hours = contactHours(number.time_zones, settings.quiet, clock.now());
  const night = hours.isQuiet && lastHeardMs > AWAKE_MS ? hours : null;
  const doubts: HoldDoubt[] = [];
  if (night) doubts.push({ key: 'quiet_hours', says: `It is ${night.localTime} for the customer.` });
  if (segments > settings.confirmSegments)
    doubts.push({ key: 'segments', says: `It takes ${segments} SMS (${encoding}), each of which costs.` });
  if (doubts.length === 0) return { type: 'send', text };
  const label = `${String(settings.quiet.toHour).padStart(2, '0')}:00`;
  return { type: 'hold', text, doubts, morning: night && { label, at: night.endsAt } };
}

/** What is at fault about the text; everything else is the connection's fault, and is tried again. */
function refusalOf(settings: Around['settings'], error: unknown): { refused: string; isOptOut: boolean } {
  if (!(error instanceof SmsApiError) || isOutage(error)) throw error;
  return { refused: escaped(faultWords(settings, error)), isOptOut: error.code === 'OPTED_OUT' };
}
