import { analyticsOf } from './analytics.ts';
import { auditOf } from './audit.ts';
import { batchesOf } from './batches.ts';
import { campaignsOf } from './campaigns.ts';
import { consentsOf } from './consents.ts';
import { contactsOf } from './contacts.ts';
import type {
  GetMeAnswer,
  GetQueuesAnswer,
  SendingState,
  ValidateNumberAnswer,
  ValidateNumberBody,
} from './contract.ts';
import { conversationsOf } from './conversations.ts';
import { eventsOf } from './events.ts';
import { keysOf } from './keys.ts';
import { optOutsOf } from './opt-outs.ts';
import { balanceOf, pricesOf } from './money.ts';
import { privacyOf } from './privacy.ts';
import { replyWaitsOf } from './reply-waits.ts';
import { reviewQueueOf } from './review-queue.ts';
import { routesOf } from './routes.ts';
import { rulesOf } from './rules.ts';
import { sandboxOf } from './sandbox.ts';
import { senderRulesOf } from './sender-rules.ts';
import { sendersOf } from './senders.ts';
import { smsOf } from './sms.ts';
import { smscOf } from './smsc.ts';
import { suppressionsOf } from './suppressions.ts';
import { templatesOf } from './templates.ts';
import { type SmsClientOptions, type Transport, transportOf } from './transport.ts';
import { webhooksOf } from './webhooks.ts';

/**
 * The door to SMS Bridge. Every method may throw `SmsApiError`. What can be tried again is tried again: lost
 * connections, 429 and 503, with growing pauses or the server's own Retry-After. A text is never sent twice by that: all
 * tries of one `send` carry one Idempotency-Key. What makes something and knows no such key (a template, an API key) is
 * tried again only when the server refused it.
 */
export class SmsClient {
  readonly sms;
  readonly batches;
  readonly templates;
  readonly conversations;
  readonly contacts;
  readonly consents;
  readonly optOuts;
  readonly suppressions;
  readonly replyWaits;
  readonly rules;
  readonly reviewQueue;
  readonly senders;
  readonly senderRules;
  readonly routes;
  readonly smsc;
  readonly webhooks;
  readonly events;
  readonly analytics;
  readonly campaigns;
  readonly balance;
  readonly prices;
  readonly keys;
  readonly audit;
  readonly privacy;
  readonly sandbox;
  readonly #http: Transport;

  readonly numbers = {
    /** Whether a number can be texted, its country, its clock, its consent. */
    validate: (number: ValidateNumberBody): Promise<ValidateNumberAnswer> =>
      this.#http.post('/v1/numbers/validate', number),
  };

  readonly queues = {
    /** What waits to be sent, by carrier and lane. */
    get: (): Promise<GetQueuesAnswer> => this.#http.get('/v1/queues'),
  };

  readonly sending = {
    /** The kill switch: no text of the key's mode leaves any more until `resume`; they are accepted and wait. */
    pause: (): Promise<SendingState> => this.#http.post('/v1/pause'),
    resume: (): Promise<SendingState> => this.#http.post('/v1/resume'),
  };

  constructor(options: SmsClientOptions) {
    const http = transportOf(options);
    this.#http = http;
    this.sms = smsOf(http);
    this.batches = batchesOf(http);
    this.templates = templatesOf(http);
    this.conversations = conversationsOf(http);
    this.contacts = contactsOf(http);
    this.consents = consentsOf(http);
    this.optOuts = optOutsOf(http);
    this.suppressions = suppressionsOf(http);
    this.replyWaits = replyWaitsOf(http);
    this.rules = rulesOf(http);
    this.reviewQueue = reviewQueueOf(http);
    this.senders = sendersOf(http);
    this.senderRules = senderRulesOf(http);
    this.routes = routesOf(http);
    this.smsc = smscOf(http);
    this.webhooks = webhooksOf(http);
    this.events = eventsOf(http);
    this.analytics = analyticsOf(http);
    this.campaigns = campaignsOf(http);
    this.balance = balanceOf(http);
    this.prices = pricesOf(http);
    this.keys = keysOf(http);
    this.audit = auditOf(http);
    this.privacy = privacyOf(http);
    this.sandbox = sandboxOf(http);
  }

  /** The key that asks: its mode and what it may do. */
  me(): Promise<GetMeAnswer> {
    return this.#http.get('/v1/me');
  }
}
