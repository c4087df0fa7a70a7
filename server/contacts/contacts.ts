import type { Logger } from 'pino';
import { type Audit, createAudit } from '../access/audit.ts';
import type { Clock } from '../clock.ts';
import { keepRetention, retentionEveryMs, type RetentionSettings } from '../messages/retention.ts';
import type { Duty } from '../messages/sweep.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { forgetOptInRequests } from '../store/opt-in-requests.ts';
import { type ContactBook, createContactBook } from './contact-book.ts';
import { type Consents, createConsents } from './consents.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { createKeywordRules, type KeywordRules } from './keyword-rules-book.ts';
import { createFindings, type Findings, type FindingsOptions } from './findings.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createOptOutPages, type OptOutPages } from './opt-out-page.ts';
import { type CallbackOptions, startCallbacks } from './reply-callbacks.ts';
import { createReplyWaits, type ReplyWaits } from './reply-waits.ts';
import { createPropagation, type Propagation } from './propagation.ts';
import { createPrivacy, type Privacy } from './privacy.ts';
import { createReviews, type Reviews } from './reviews.ts';
import type { HearOptions } from './said.ts';
import { createSuppressions, type Suppressions } from './suppressions.ts';
import { createVerdicts, type Verdicts, type VerdictSettings } from './verdicts.ts';

/** Everything about the people who are texted, put together: `main` opens it once, the API and `messages` use it. */
export interface Contacts {
  readonly ledger: Ledger;
  readonly consents: Consents;
  readonly suppressions: Suppressions;
  readonly reviews: Reviews;
  readonly propagation: Propagation;
  /** Part of the options of whatever ends texts, and of what takes them from phones. */
  readonly findings: Findings;
  readonly verdicts: Verdicts;
  readonly conversations: Conversations;
  readonly contactBook: ContactBook;
  readonly replyWaits: ReplyWaits;
  readonly keywordRules: KeywordRules;
  readonly optOutPages: OptOutPages;
  readonly audit: Audit;
  readonly privacy: Privacy;
  /** Whether reads are in the audit log too. */
  readonly auditReads: boolean;
  /** What hearing about consent needs; part of the options of whatever takes texts from phones. */
  readonly hearing: HearOptions;
  /** What has to be done from time to time, by the sweep. */
  readonly duties: readonly Duty[];
  /** Finishes what is under way, for at most 5 seconds; the rest is told after the next start. */
  stop(): Promise<void>;
}

export interface ContactsOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  /** 32 bytes under which numbers are hashed. */
  readonly numberKey: Buffer;
  readonly organisation: string | null;
  readonly supportContact: string | null;
  /** Where others reach us, without a slash at the end. */
  readonly publicUrl: string;
  readonly senderOf: HearOptions['senderOf'];
  readonly policy: VerdictSettings;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly onEvents: () => void;
  /** What the profile of a carrier says about its error codes. */
  readonly meaningsOf?: NonNullable<FindingsOptions['meaningsOf']>;
  /** Whether texts may speak of somebody's health: then reads are audited and callbacks get ids alone. */
  readonly isHealth?: boolean;
  /** How long things are kept; left out = for ever. */
  readonly retention?: RetentionSettings;
  /** Told of each erasure, more than once; what it throws is tried again. */
  readonly onErasing?: (mode: Mode, number: string) => Promise<void>;
  /** Told how many bodies were taken away because of their age. */
  readonly onRedacted?: (count: number) => void;
  /** How replies get to those who wait for them; left out = nobody is told, and no wait runs out by itself. */
  readonly callbacks?: Pick<CallbackOptions, 'safeFetch' | 'callbackSecret'>;
}

export async function openContacts(options: ContactsOptions): Promise<Contacts> {
  const { database, queue, newId, organisation, supportContact, senderOf } = options;
  const ledger = createLedger(options);
  await ledger.chainOldEntries();
  const onCallbackDue = () => callbacks?.poke();
  const hearing = { database, queue, newId, organisation, supportContact, senderOf, ledger, onCallbackDue };
  const replyWaits = createReplyWaits({ ...options, onCallbackDue });
  const callbacks =
    options.callbacks &&
    startCallbacks({
      ...options,
      ...options.callbacks,
      isThin: options.isHealth ?? false,
      expire: () => replyWaits.expire(),
    });
  const reviews = createReviews({ ...options, ...hearing });
  const propagation = createPropagation(options);
  const findings = createFindings({ ...options, ...hearing });
  const conversations = createConversations(options);
  const audit = createAudit({ ...options, numberHmac: ledger.numberHmac });
  const privacy = createPrivacy({ ...options, ...hearing, audit });
  // A verb of this room that time calls for is added here, and nowhere else.
  const duties: Duty[] = [
    { everyMs: 60_000, run: () => reviews.resolveOverdue() },
    { everyMs: 5_000, run: () => reviews.releaseUnreviewed() },
    { everyMs: 60_000, run: () => propagation.warn() },
    { everyMs: 60_000, run: () => findings.refresh() },
    { everyMs: 5_000, run: () => conversations.wakeSnoozed() },
    { everyMs: 2_000, run: () => privacy.runDue() },
    { everyMs: 3_600_000, run: () => forgetOptInRequests(database, new Date(options.clock.now())) },
    ...retentionDuties(options),
  ];
  return {
    ledger,
    hearing,
    duties,
    audit,
    privacy,
    auditReads: options.isHealth ?? false,
    consents: createConsents({ ...options, ...hearing }),
    verdicts: createVerdicts({ ...options, ledger, settings: options.policy }),
    reviews,
    propagation,
    findings,
    suppressions: createSuppressions(options),
    conversations,
    contactBook: createContactBook(options),
    replyWaits,
    keywordRules: createKeywordRules(options),
    optOutPages: createOptOutPages({ ...options, ...hearing }),
    async stop() {
      await Promise.all([callbacks?.stop(), findings.idle()]);
    },
  };
}

function retentionDuties({ database, clock, retention: settings, onRedacted }: ContactsOptions): Duty[] {
  if (!settings) return [];
  const options = { database, settings, clock, ...(onRedacted ? { onRedacted } : {}) };
  return [{ everyMs: retentionEveryMs(settings), run: () => keepRetention(options) }];
}
