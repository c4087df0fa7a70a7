import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Audit } from '../access/audit.ts';
import type { Access } from '../access/access.ts';
import type { Clock } from '../clock.ts';
import type { ContactBook } from '../contacts/contact-book.ts';
import type { Consents } from '../contacts/consents.ts';
import type { Conversations } from '../contacts/conversations.ts';
import type { KeywordRules } from '../contacts/keyword-rules-book.ts';
import type { OptOutPages } from '../contacts/opt-out-page.ts';
import type { Propagation } from '../contacts/propagation.ts';
import type { Ledger } from '../contacts/ledger.ts';
import type { Privacy } from '../contacts/privacy.ts';
import type { ReplyWaits } from '../contacts/reply-waits.ts';
import type { Reviews } from '../contacts/reviews.ts';
import type { Suppressions } from '../contacts/suppressions.ts';
import type { EventFeed } from '../events/feed.ts';
import type { Analytics } from '../events/rollups.ts';
import type { SafeFetch } from '../events/safe-fetch.ts';
import type { Deliveries, Endpoints } from '../events/webhooks.ts';
import type { Accepted, Caller, Idempotency, SendRequest } from '../messages/accept-types.ts';
import type { Balance } from '../messages/balance.ts';
import type { Batches } from '../messages/batch.ts';
import type { Edits } from '../messages/edit.ts';
import type { FailureReviews } from '../messages/failure-reviews.ts';
import type { Explain } from '../messages/explain.ts';
import type { Pauses } from '../messages/pauses.ts';
import type { Previews } from '../messages/preview.ts';
import type { Prices } from '../messages/prices.ts';
import type { ReadQueues } from '../messages/queues.ts';
import type { MessageReader } from '../messages/read.ts';
import type { Routing } from '../messages/route.ts';
import type { Senders } from '../messages/senders.ts';
import type { Templates } from '../messages/templates.ts';
import type { ChangedFaults, Counts, Faults, Scenario, ScenarioName } from '../rules/simulator-faults.ts';

import type { Mode } from '../rules/message.ts';
import type { CarrierProfile } from '../smpp/profile.ts';
import type { carrierAnswer } from './contract-smsc.ts';

/** Everything the API needs of the rest of the server; `main` fills it in. */
export interface Ports {
  readonly accept: (request: SendRequest, caller: Caller, idempotency: Idempotency | null) => Promise<Accepted>;
  readonly messages: MessageReader;
  readonly edits: Edits;
  readonly templates: Templates;
  readonly batches: Batches;
  readonly routing: Pick<Routing, 'rules' | 'add' | 'remove'>;
  readonly senders: Pick<
    Senders,
    'list' | 'add' | 'update' | 'remove' | 'pools' | 'addPool' | 'removePool' | 'ownRules' | 'storeRules' | 'removeRule'
  >;
  /** What a text would be given, without sending one. */
  readonly explain: Explain;
  readonly preview: Previews['preview'];
  readonly lintText: Previews['lintText'];
  readonly consents: Consents;
  readonly suppressions: Suppressions;
  readonly reviews: Pick<Reviews, 'list' | 'find' | 'resolve'>;
  readonly propagation: Pick<Propagation, 'of' | 'confirm' | 'systems' | 'register' | 'remove'>;
  readonly conversations: Conversations;
  readonly contactBook: ContactBook;
  readonly replyWaits: Pick<ReplyWaits, 'create' | 'find' | 'list' | 'cancel'>;
  readonly keywordRules: KeywordRules;
  readonly optOutPages: Pick<OptOutPages, 'find' | 'optOut'>;
  /** Whom texts come from; null = nobody has set it. */
  readonly organisation: string | null;
  readonly privacy: Pick<Privacy, 'request' | 'find' | 'redact'>;
  readonly audit: Pick<Audit, 'record' | 'nameOf' | 'list' | 'verify'>;
  readonly ledger: Pick<Ledger, 'verify'>;
  /** Whether reads are in the audit log too. */
  readonly auditReads: boolean;
  /** ISO 3166-1 of numbers without a country code; null = they are refused. */
  readonly defaultCountry: string | null;
  readonly findKey: Access['findKey'];
  readonly apiKeys: Access['apiKeys'];
  readonly pauses: Pick<Pauses, 'of' | 'pause' | 'resume'>;
  readonly rateLimits: Access['rateLimits'];
  readonly authGuard: Access['authGuard'];
  readonly tokens: Access['tokens'];
  readonly once: Access['once'];
  readonly keyUses: Pick<Access['keyUses'], 'note'>;
  readonly eventFeed: Pick<EventFeed, 'list' | 'follow'>;
  readonly webhookEndpoints: Endpoints;
  readonly webhookDeliveries: Deliveries;
  readonly queues: ReadQueues;
  readonly failureReviews: Omit<FailureReviews, 'refresh'>;
  readonly money: {
    readonly prices: Pick<Prices, 'list' | 'replace'>;
    readonly balance: Pick<Balance, 'currency' | 'remaining' | 'account' | 'topUp' | 'entries'>;
  };
  readonly analytics: Pick<Analytics, 'figures' | 'groups' | 'shares' | 'series'>;
  /** What answers below /connectors/; null = nothing is there. */
  readonly connectorAt: (url: string) => RequestListener | null;
  /** Judges the address of a status_callback by its text. */
  readonly checkUrl: SafeFetch['check'];
  /** Signs what is sent to a status_callback: `whsec_…`. */
  readonly webhookSecret: string;
  readonly smsc: SmscPort;
  /** Null while the simulated carrier is off. */
  readonly sandbox: Sandbox | null;
  readonly readiness: () => Promise<Readiness>;
  /** 32 bytes; signs the cursors of lists. */
  readonly cursorKey: Buffer;
  /** Where others reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** The folder with index.html and the files of the phone page. */
  readonly phonePageFolder: string;
  readonly docsFolders: DocsFolders;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clock: Clock;
}

/** Where the documentation is. */
export interface DocsFolders {
  /** index.html of the reference, and the style of the guides. */
  readonly page: string;
  /** The package of Swagger UI. */
  readonly reference: string;
  /** Markdown files, with the programs that they show in `snippets`. */
  readonly guides: string;
}

/** The carriers. A key sees those of its mode; null and false = there is none that it may do this to. */
export interface SmscPort {
  list(mode: Mode): readonly Smsc[];
  find(mode: Mode, id: string): Smsc | null;
  add(
    mode: Mode,
    profile: CarrierProfile,
  ): Promise<
    | { readonly ok: true; readonly carrier: Smsc }
    | { readonly ok: false; readonly reason: 'id_taken' | 'too_many' | 'plaintext' }
  >;
  setPaused(mode: Mode, id: string, paused: boolean): Promise<Smsc | null>;
  rebind(mode: Mode, id: string): Smsc | null;
  setPassword(mode: Mode, id: string, password: string): Promise<Smsc | null>;
  remove(mode: Mode, id: string): Promise<boolean>;
}

/** One carrier as it is shown: without its password. */
export type Smsc = Omit<z.output<typeof carrierAnswer>, 'object' | 'last_error' | 'binds'> & {
  readonly last_error: SmscError | null;
  readonly binds: readonly SmscBind[];
};
export type SmscBind = Omit<z.output<typeof carrierAnswer>['binds'][number], 'last_error'> & {
  readonly last_error: SmscError | null;
};

export interface SmscError {
  readonly at: Date;
  readonly reason: string;
  readonly command_status: string | null;
}

/** The simulated carrier and its phones. */
export interface Sandbox {
  /** Phones that sent or got a text, the latest first. */
  numbers(): readonly Phone[];
  /** The conversation of one phone (E.164), oldest first. */
  phone(number: string): readonly PhoneMessage[];
  /** A text from a phone; `delivered` is false while nobody is connected to take it. */
  answer(text: PhoneText): Promise<{ readonly delivered: boolean }>;
  /** What is left out stays as it is. */
  setFaults(faults: ChangedFaults): void;
  /** Faults over time: a scenario by its name, or one of your own. */
  play(scenario: ScenarioName | Scenario): void;
  faults(): Faults;
  /** What has happened since the last reset. */
  counts(): Readonly<Counts>;
  reset(): void;
}

export interface Phone {
  readonly number: string;
  /** How many texts are kept. */
  readonly messages: number;
  readonly last_at: Date;
}

export interface PhoneText {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** In several segments, however short it is, the last one first. */
  readonly segments_out_of_order?: boolean;
}

export interface PhoneMessage {
  readonly direction: 'to_phone' | 'from_phone';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly encoding: string;
  readonly segments: number;
  readonly at: Date;
  /** The carrier's id of each part that came to the phone. */
  readonly message_ids: readonly string[];
}

export interface Readiness {
  /** False: the database is down, not migrated, or the server is stopping. */
  readonly ready: boolean;
  readonly database: 'up' | 'down';
  readonly queue: 'up' | 'down';
  readonly carrier: 'up' | 'down' | 'none';
}
