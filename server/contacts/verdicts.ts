import type { Clock } from '../clock.ts';
import { type FrequencyCap, frequencyCap } from '../rules/frequency-cap.ts';
import { healthFindings } from '../rules/lint-health.ts';
import type { MessageType, Mode, Purpose } from '../rules/message.ts';
import { DEFAULT_QUIET_HOURS, quietHours, type QuietHoursSettings, wakingHours } from '../rules/quiet-hours.ts';
import { type ContactPlace, type Place, placeOf } from '../rules/quiet-hours-place.ts';
import { SEND_WINDOW_FAULTS, type SendWindow, sendTime, sendWindowHours } from '../rules/send-window.ts';
import {
  type ConsentFacts,
  type HoursFact,
  judge,
  type Judgement,
  NO_FACTS,
  UNENCRYPTED_TOPIC,
  type VerdictPolicy,
} from '../rules/verdict.ts';
import type { OpenHours } from '../rules/zones/open-hours.ts';
import { firstIdOf } from '../store/automatic-answers.ts';
import {
  type CountedText,
  type Forbidding,
  forbiddingAmong,
  lockContacts,
  optedInTo,
  promotionalFacts,
  type PromotionalFact,
  textsToCount,
} from '../store/consent-facts.ts';
import { PASSES_OPT_OUT } from '../store/opt-outs.ts';
import type { Database } from '../store/database.ts';
import { contactPlaces } from '../store/contact-book.ts';
import { supportUntil } from '../store/conversations.ts';
import type { Ledger } from './ledger.ts';

/** Whether texts may go now. The one place that knows everything that may keep one back. */
export interface Verdicts {
  /** One judgement for each text, in their order, as things stand in the transaction of the caller. */
  of(texts: readonly AskedText[], now: Date): Promise<Judged[]>;
}

/** A judgement and what it was made of, for whoever has to explain it. */
export interface Judged {
  readonly judgement: Judgement;
  readonly facts: ConsentFacts;
  /** Where the recipient is taken to be; null for texts that keep no hours. */
  readonly place: Place | null;
}

export interface AskedText {
  readonly id: string;
  readonly mode: Mode;
  /** E.164. */
  readonly contact: string;
  readonly country: string | null;
  readonly body: string;
  readonly message_type: MessageType;
  readonly topic: string | null;
  readonly purpose: Purpose;
  /** Of the request; null = as the server is set. */
  readonly quiet_hours: VerdictPolicy['quietHours'] | null;
  readonly send_window?: SendWindow | null;
}

export interface VerdictSettings {
  readonly consentMode: Readonly<Record<Mode, VerdictPolicy['consentMode']>>;
  readonly quietHours: VerdictPolicy['quietHours'];
  readonly hours?: QuietHoursSettings;
  /** For numbers whose clock is not known, or that may have several; null = all of them must agree. */
  readonly fallbackZone: string | null;
  readonly caps: readonly FrequencyCap[];
  /** HIPAA mode: texts about somebody's health need the recipient's agreement to get them unencrypted. */
  readonly isHealth?: boolean;
}

export interface VerdictsOptions {
  readonly database: Database;
  readonly ledger: Pick<Ledger, 'numberHmac'>;
  readonly settings: VerdictSettings;
  readonly clock: Clock;
}

export function createVerdicts({ database, ledger, settings }: VerdictsOptions): Verdicts {
  const hours = settings.hours ?? DEFAULT_QUIET_HOURS;
  const keepsHours = ({ message_type, purpose }: AskedText) =>
    purpose === 'text' && hours.message_types.includes(message_type);

  async function promotional(texts: readonly AskedText[], now: Date): Promise<ReadonlyMap<AskedText, Extra>> {
    const asked = texts.filter(
      (text) => text.purpose === 'text' && (isPromotional(text) || keepsHours(text) || text.send_window),
    );
    const extras = new Map<AskedText, Extra>();
    for (const [mode, ofMode] of Map.groupBy(asked, (text) => text.mode)) {
      const contacts = ofMode.map(({ contact }) => contact);
      const [facts, places, support, counted] = await Promise.all([
        promotionalFacts(database, ofMode, now),
        contactPlaces(database, mode, contacts),
        supportUntil(database, mode, contacts, now),
        countable(mode, ofMode, now),
      ]);
      const byIndex = new Map(facts.map((fact) => [fact.index, fact]));
      for (const [index, text] of ofMode.entries()) {
        const { contact } = text;
        const ofContact = counted.get(contact) ?? [];
        counted.set(contact, ofContact);
        extras.set(text, {
          fact: byIndex.get(index),
          contact: places.get(contact) ?? null,
          conversationUntil: support.get(contact) ?? null,
          counted: ofContact,
        });
      }
    }
    return extras;
  }

  /** Those of the texts whose recipients have to agree first. Who writes to a person by text gets an answer by text. */
  async function unacknowledged(texts: readonly AskedText[], now: Date): Promise<ReadonlySet<AskedText>> {
    const telling = texts.filter((text) => settings.isHealth === true && tellsOfHealth(text));
    const lacking = new Set(telling);
    for (const [mode, ofMode] of Map.groupBy(telling, (text) => text.mode)) {
      const contacts = ofMode.map(({ contact }) => contact);
      const agreed = await optedInTo(database, mode, contacts, UNENCRYPTED_TOPIC, now);
      for (const text of ofMode) if (agreed.has(text.contact)) lacking.delete(text);
    }
    return lacking;
  }

  async function countable(mode: Mode, texts: readonly AskedText[], now: Date) {
    const capped = texts.filter((text) => settings.caps.some((cap) => cap.message_types.includes(text.message_type)));
    if (capped.length === 0) return new Map<string, CountedText[]>();
    await lockContacts(
      database,
      mode,
      capped.map(({ contact }) => contact),
    );
    const longestMs = Math.max(...settings.caps.map((cap) => cap.per_seconds)) * 1_000;
    const rows = await textsToCount(
      database,
      mode,
      capped.map(({ contact }) => contact),
      [...new Set(settings.caps.flatMap((cap) => cap.message_types))],
      firstIdOf(new Date(now.getTime() - longestMs)),
      Math.max(...settings.caps.map((cap) => cap.max)),
      capped.map(({ id }) => id),
    );
    return Map.groupBy(rows, (row) => row.contact);
  }

  function capped(text: AskedText, texts: readonly CountedText[], now: Date): Date | null {
    const verdict = frequencyCap({ message_type: text.message_type, now, texts, caps: settings.caps });
    return verdict.allowed ? null : (verdict.until ?? FAR);
  }

  function hoursOf(text: AskedText, contact: ContactPlace | null, now: Date): { fact: HoursFact; place: Place | null } {
    const { contact: number, country, send_window: window } = text;
    if (!keepsHours(text) && !window) return { fact: ANY_TIME, place: null };
    const place = placeOf({ number, country, contact, fallbackZone: settings.fallbackZone });
    if (window) {
      const isAsleep = keepsHours(text) && (text.quiet_hours ?? settings.quietHours) !== 'ignore';
      return { fact: windowFact(window, place, isAsleep ? wakingHours(place, now, hours) : [], now), place };
    }
    return { fact: quietHours({ message_type: text.message_type, place, now }, hours), place };
  }

  return {
    async of(texts, now) {
      const asked = texts.map((text) => ({ ...text, hmac: ledger.numberHmac(text.contact) }));
      const [forbidding, extras, unagreed] = await Promise.all([
        forbiddingAmong(database, asked, now),
        promotional(texts, now),
        unacknowledged(texts, now),
      ]);
      const byIndex = Map.groupBy(forbidding, ({ index }) => index);
      return texts.map((text, index) => {
        const extra = extras.get(text);
        const cappedUntil = extra ? capped(text, extra.counted, now) : null;
        const known = factsOf(byIndex.get(index) ?? [], extra);
        const facts = { ...known, cappedUntil, lacksUnencryptedAck: unagreed.has(text) };
        const { fact, place } = hoursOf(text, extra?.contact ?? null, now);
        const obeysOptOut = !PASSES_OPT_OUT.includes(text.purpose);
        const policy = {
          consentMode: settings.consentMode[text.mode],
          quietHours: text.quiet_hours ?? settings.quietHours,
        };
        const hasWindow = (text.send_window ?? null) !== null;
        const judgement = judge({ ...text, to: text.contact, obeysOptOut, hasWindow }, facts, fact, policy);
        const { contact, message_type } = text;
        if (judgement.kind === 'allow') extra?.counted.push({ contact, message_type, at: now });
        return { judgement, facts, place };
      });
    },
  };
}

interface Extra {
  readonly fact: PromotionalFact | undefined;
  readonly contact: ContactPlace | null;
  readonly conversationUntil: Date | null;
  /** Texts that the caps count; one that is allowed in the same transaction is added. */
  readonly counted: CountedText[];
}

/** Both the hours of the recipient and those that the sender named. */
function windowFact(window: SendWindow, place: Place, waking: readonly OpenHours[], now: Date): HoursFact {
  const read = sendWindowHours(window, place.zones);
  // Somebody has to say where the recipient is.
  if (!read.ok) return { allowed: false, until: null, rule: SEND_WINDOW_FAULTS[read.fault], held_by: 'send_window' };
  const time = sendTime(waking, read.hours, now);
  const { from, to, time_zone } = window;
  return time.allowed ? time : { ...time, rule: `${time.held_by}: ${from}-${to} ${time_zone}` };
}

const isPromotional = (text: AskedText) => text.message_type === 'promotional';
const tellsOfHealth = ({ purpose, message_type, body }: AskedText) =>
  purpose === 'text' && message_type !== 'conversational' && healthFindings(body).length > 0;
const ANY_TIME: HoursFact = { allowed: true, until: null };
/** A cap of no texts at all: looked at again every year. */
const FAR = new Date('9999-12-31T00:00:00Z');

function factsOf(forbidding: readonly Forbidding[], extra: Extra | undefined): ConsentFacts {
  const optOuts = forbidding.filter((one) => one.kind === 'opt_out');
  const suppressions = forbidding.filter((one) => one.kind === 'suppression');
  const optOut = optOuts.find(({ what }) => what === '*') ?? optOuts[0];
  return {
    ...NO_FACTS,
    optOut: optOut ? { at: optOut.at, topic: optOut.what, source: optOut.source } : null,
    suppressions: suppressions.map(({ what, at }) => ({ list: what, at })),
    isOptedIn: extra?.fact?.isOptedIn ?? false,
    isInReview: extra?.fact?.isInReview ?? false,
    conversationUntil: extra?.conversationUntil ?? null,
  };
}
