// Written by `npm run generate` from the contract of the API: do not edit.

export type ErrorCode =
  | 'INVALID_REQUEST'
  | 'INVALID_NUMBER'
  | 'BODY_TOO_LONG'
  | 'TEMPLATE_VARIABLE_MISSING'
  | 'CONFLICTING_FIELDS'
  | 'SCHEDULE_OUT_OF_RANGE'
  | 'AUTH_FAILED'
  | 'INSUFFICIENT_BALANCE'
  | 'FORBIDDEN'
  | 'OPTED_OUT'
  | 'CONSENT_REQUIRED'
  | 'NOT_FOUND'
  | 'IDEMPOTENCY_IN_PROGRESS'
  | 'NOT_CANCELABLE'
  | 'NOT_FINAL'
  | 'EVENTS_GONE'
  | 'PAYLOAD_TOO_LARGE'
  | 'FILTERED'
  | 'UNSUPPORTED_CHANNEL'
  | 'SENDER_NOT_ALLOWED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'QUIET_HOURS'
  | 'NO_CARRIER'
  | 'RATE_LIMITED'
  | 'UNKNOWN_ERROR'
  | 'SERVICE_UNAVAILABLE';

export type AcceptedMessage = {
  readonly status: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received';
  readonly message_id: string;
  readonly to: string;
  /** Decimal; null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** Decimal; null while no price is known. */
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly mode: 'test' | 'live';
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  readonly flash: boolean;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly created_at: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
  };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: {
    readonly code: string;
    readonly class: 'fix' | 'retry' | 'suppress' | 'review';
    readonly reason?: string;
    readonly message: string;
    /** The carrier's own words. */
    readonly upstream?: {
      readonly command_status?: string;
      readonly receipt_state?: string;
      readonly receipt_error?: string;
      readonly raw?: string;
    };
  } | null;
  readonly attempts: number;
  /** True: the recipient may have got it twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  /** Of the last attempt; null is not measured. */
  readonly latency_ms: {
    readonly queue: number | null;
    readonly submit: number | null;
    readonly network: number | null;
  };
  /** True: parts of this inbound text never came; […] stands for them. */
  readonly incomplete: boolean;
  /** Their numbers, from 1; null when complete. */
  readonly missing_parts: readonly (number)[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which one of its campaign, where there are several. */
  readonly variant: string | null;
  readonly tags: readonly (string)[];
  /** Where the text is from. */
  readonly template: {
    readonly id: string;
    readonly version: number;
  } | null;
  readonly priority: 'low' | 'normal' | 'high';
  readonly expect_reply?: {
    readonly wait_id: string;
    readonly expires_at: string;
  };
};

export type AnalyticsSummary = {
  readonly object: 'analytics_summary';
  readonly from: string;
  readonly to: string;
  /** Texts that are over: the sample of the delivery rate. */
  readonly n: number;
  readonly messages: number;
  readonly sent: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly failed: number;
  readonly expired: number;
  readonly rejected: number;
  readonly canceled: number;
  /** Of 1; null for a sample below 20. */
  readonly delivery_rate: number | null;
  /** From the answer of the carrier to its receipt. */
  readonly median_delivery_seconds: number | null;
  readonly p95_delivery_seconds: number | null;
  readonly p99_delivery_seconds: number | null;
  /** From acceptance to the answer of the carrier. */
  readonly median_submit_seconds: number | null;
  readonly p95_submit_seconds: number | null;
  readonly p99_submit_seconds: number | null;
  /** Texts that were answered. */
  readonly replies: number;
  /** Of 1; null for a sample below 20. */
  readonly response_rate: number | null;
  readonly opt_outs: number;
  /** Of 1; null for a sample below 20. */
  readonly opt_out_rate: number | null;
  readonly segments: number;
  /** Decimal: the prices of the texts that a carrier took. */
  readonly cost: string;
  /** Of 1; null for a sample below 20. */
  readonly invalid_number_rate: number | null;
  readonly errors_by_code: Readonly<Record<string, number>>;
  /** What is worse than it should be, in a sample that can tell. */
  readonly alerts: readonly ('delivery_rate_low' | 'delivery_slow' | 'response_rate_low' | 'opt_out_rate_high')[];
  /** At most 200, those with the most texts first; null without group_by. */
  readonly groups: readonly ({
    readonly value: string;
    /** Texts that are over: the sample of the delivery rate. */
    readonly n: number;
    readonly messages: number;
    readonly sent: number;
    readonly delivered: number;
    readonly undelivered: number;
    readonly failed: number;
    readonly expired: number;
    readonly rejected: number;
    readonly canceled: number;
    /** Of 1; null for a sample below 20. */
    readonly delivery_rate: number | null;
    /** From the answer of the carrier to its receipt. */
    readonly median_delivery_seconds: number | null;
    readonly p95_delivery_seconds: number | null;
    readonly p99_delivery_seconds: number | null;
    /** From acceptance to the answer of the carrier. */
    readonly median_submit_seconds: number | null;
    readonly p95_submit_seconds: number | null;
    readonly p99_submit_seconds: number | null;
    /** Texts that were answered. */
    readonly replies: number;
    /** Of 1; null for a sample below 20. */
    readonly response_rate: number | null;
    readonly opt_outs: number;
    /** Of 1; null for a sample below 20. */
    readonly opt_out_rate: number | null;
    readonly segments: number;
    /** Decimal: the prices of the texts that a carrier took. */
    readonly cost: string;
    /** Of 1; null for a sample below 20. */
    readonly invalid_number_rate: number | null;
    readonly errors_by_code: Readonly<Record<string, number>>;
    /** What is worse than it should be, in a sample that can tell. */
    readonly alerts: readonly ('delivery_rate_low' | 'delivery_slow' | 'response_rate_low' | 'opt_out_rate_high')[];
  })[] | null;
};

export type ApiKey = {
  readonly id: string;
  readonly object: 'api_key';
  readonly name: string;
  /** How the key begins; the user name for Basic authentication. */
  readonly prefix: string;
  readonly last4: string;
  readonly mode: 'test' | 'live';
  readonly scopes: readonly (string)[];
  readonly allowed_ips: readonly (string)[];
  readonly allowed_countries: readonly (string)[];
  readonly sender_ids: readonly (string)[];
  readonly rate_limit: number | null;
  readonly daily_cap: number | null;
  readonly paused_at: string | null;
  /** `requested`, or `anomaly:` and what there was too much of. */
  readonly pause_reason: string | null;
  /** Id of the key that made it. */
  readonly created_by: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Up to some seconds old. */
  readonly last_used_at: string | null;
  readonly last_used_ip: string | null;
  /** Until when the key before the last rotation is good. */
  readonly previous_expires_at: string | null;
  readonly revoked_at: string | null;
};

export type AuditEntry = {
  readonly object: 'audit_entry';
  /** The place in the log, from 1; it counts the entries of both modes. */
  readonly id: string;
  readonly mode: 'test' | 'live';
  readonly actor: {
    readonly type: string;
    readonly id: string;
    readonly ip?: string;
  };
  readonly action: string;
  /** An id; a number only masked, with the beginning of its HMAC. */
  readonly target: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  /** SHA-256 over the entry and the hash of the one before, hex. */
  readonly hash: string;
};

export type Balance = {
  readonly object: 'balance';
  readonly mode: 'test' | 'live';
  /** Decimal: what new texts may cost. Null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** ISO 4217. */
  readonly currency: string;
  /** Decimal: for texts that were accepted and have not left; not in `remaining_balance`. */
  readonly reserved: string | null;
};

export type BalanceTransaction = {
  readonly object: 'balance_transaction';
  readonly id: string;
  readonly mode: 'test' | 'live';
  /** reserve: a text was accepted. settle: a carrier has taken it. refund: it ended before. top_up: money was added. */
  readonly type: 'reserve' | 'settle' | 'refund' | 'top_up';
  /** Decimal: what it has added to `remaining_balance`. */
  readonly amount: string;
  /** Decimal: what it has added to `reserved`. */
  readonly reserved: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly message_id: string | null;
  readonly reference: string | null;
  readonly created_at: string;
};

export type Batch = {
  readonly batch_id: string;
  readonly object: 'batch';
  readonly mode: 'test' | 'live';
  readonly status: 'processing' | 'paused' | 'canceled' | 'completed';
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly links: {
    readonly self: string;
    readonly messages: string;
  };
  /** How many texts have which status. */
  readonly counts: Readonly<Record<string, number>>;
  readonly rate_per_minute: number | null;
  readonly created_at: string;
  /** When the last text was done with. */
  readonly completed_at: string | null;
};

export type ConnectedSystem = {
  readonly id: string;
  readonly object: 'connected_system';
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly created_at: string;
};

export type Consent = {
  readonly object: 'consent';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly status: 'opted_in' | 'opted_out' | 'review' | 'unknown';
  readonly topics: Readonly<Record<string, 'opted_in' | 'opted_out' | 'review' | 'unknown'>>;
  readonly updated_at: string | null;
  readonly events_url: string;
};

export type ConsentEvent = {
  readonly id: string;
  readonly object: 'consent_event';
  readonly mode: 'test' | 'live';
  readonly number: string | null;
  readonly action: 'opt_in' | 'opt_out' | 'review' | 'confirm';
  readonly topic: string;
  readonly source: string;
  readonly channel: string | null;
  readonly method: 'written' | 'electronic' | 'verbal' | 'keyword' | null;
  readonly actor: {
    readonly type: string;
    readonly id: string;
  } | null;
  readonly jurisdiction: string | null;
  readonly language: string | null;
  readonly message_id: string | null;
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly expires_at: string | null;
  readonly sequence: number | null;
  /** SHA-256 over the entry and the hash of the one before, hex. */
  readonly hash: string | null;
};

export type Contact = {
  readonly object: 'contact';
  /** The number. */
  readonly id: string;
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly name: string | null;
  readonly time_zone: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly owner: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Conversation = {
  readonly id: string;
  readonly object: 'conversation';
  readonly mode: 'test' | 'live';
  readonly our_number: string;
  readonly contact: {
    readonly number: string;
    readonly name: string | null;
    /** BCP 47. */
    readonly language: string | null;
    readonly owner: string | null;
  };
  readonly status: 'open' | 'snoozed' | 'closed';
  readonly assignee: string | null;
  readonly tags: readonly (string)[];
  readonly snoozed_until: string | null;
  readonly last_inbound_at: string | null;
  readonly last_outbound_at: string | null;
  readonly last_message_at: string;
  readonly closed_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type ConversationNote = {
  readonly id: string;
  readonly object: 'note';
  readonly conversation_id: string;
  readonly author: string | null;
  readonly body: string;
  readonly created_at: string;
};

export type Event = {
  /** Its place in the stream: those who had it drop it when it comes again. */
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly mode: 'test' | 'live';
  readonly message_id: string | null;
  /** Counts the changes of one text; 0 for what is no text. */
  readonly sequence: number;
  readonly created_at: string;
  /** The same as in a webhook; bodies are null without the scope messages:content. */
  readonly data: Readonly<Record<string, unknown>>;
};

export type FailureReview = {
  readonly id: string;
  readonly object: 'review';
  readonly mode: 'test' | 'live';
  readonly message_id: string;
  readonly number: string;
  /** A failure that only a person can judge; the second within a week that says nothing; nobody knows whether it was sent. */
  readonly reason: 'review' | 'repeated_unknown' | 'ambiguous';
  readonly error: {
    readonly code: string;
  } | null;
  readonly state: 'open' | 'resolved';
  readonly action: 'resend' | 'discard' | 'suppress' | 'edit' | null;
  readonly resolved_by: {
    readonly type: string;
    readonly id: string;
  } | null;
  readonly new_message_id: string | null;
  readonly created_at: string;
  readonly resolved_at: string | null;
};

export type ImportResult = {
  readonly object: 'import';
  readonly received: number;
  readonly added: number;
  readonly known: number;
  readonly invalid: readonly ({
    readonly index: number;
    /** Of the file, when a table was sent. */
    readonly line?: number;
    readonly message: string;
  })[];
};

export type Message = {
  readonly status: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received';
  readonly message_id: string;
  readonly to: string;
  /** Decimal; null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** Decimal; null while no price is known. */
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly mode: 'test' | 'live';
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  readonly flash: boolean;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly created_at: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
  };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: {
    readonly code: string;
    readonly class: 'fix' | 'retry' | 'suppress' | 'review';
    readonly reason?: string;
    readonly message: string;
    /** The carrier's own words. */
    readonly upstream?: {
      readonly command_status?: string;
      readonly receipt_state?: string;
      readonly receipt_error?: string;
      readonly raw?: string;
    };
  } | null;
  readonly attempts: number;
  /** True: the recipient may have got it twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  /** Of the last attempt; null is not measured. */
  readonly latency_ms: {
    readonly queue: number | null;
    readonly submit: number | null;
    readonly network: number | null;
  };
  /** True: parts of this inbound text never came; […] stands for them. */
  readonly incomplete: boolean;
  /** Their numbers, from 1; null when complete. */
  readonly missing_parts: readonly (number)[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  /** The person who wrote it in a conversation. */
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which one of its campaign, where there are several. */
  readonly variant: string | null;
  readonly tags: readonly (string)[];
  /** Where the text is from. */
  readonly template: {
    readonly id: string;
    readonly version: number;
  } | null;
  readonly priority: 'low' | 'normal' | 'high';
  /** Null for keys without the scope messages:content, and for one-time codes. */
  readonly body: string | null;
};

export type MessageDetail = {
  readonly status: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received';
  readonly message_id: string;
  readonly to: string;
  /** Decimal; null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** Decimal; null while no price is known. */
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly mode: 'test' | 'live';
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  readonly flash: boolean;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly created_at: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
  };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: {
    readonly code: string;
    readonly class: 'fix' | 'retry' | 'suppress' | 'review';
    readonly reason?: string;
    readonly message: string;
    /** The carrier's own words. */
    readonly upstream?: {
      readonly command_status?: string;
      readonly receipt_state?: string;
      readonly receipt_error?: string;
      readonly raw?: string;
    };
  } | null;
  readonly attempts: number;
  /** True: the recipient may have got it twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  /** Of the last attempt; null is not measured. */
  readonly latency_ms: {
    readonly queue: number | null;
    readonly submit: number | null;
    readonly network: number | null;
  };
  /** True: parts of this inbound text never came; […] stands for them. */
  readonly incomplete: boolean;
  /** Their numbers, from 1; null when complete. */
  readonly missing_parts: readonly (number)[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  /** The person who wrote it in a conversation. */
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which one of its campaign, where there are several. */
  readonly variant: string | null;
  readonly tags: readonly (string)[];
  /** Where the text is from. */
  readonly template: {
    readonly id: string;
    readonly version: number;
  } | null;
  readonly priority: 'low' | 'normal' | 'high';
  /** Null for keys without the scope messages:content, and for one-time codes. */
  readonly body: string | null;
  /** Every attempt at every part, with what the carrier said about it. */
  readonly parts: readonly ({
    readonly part: number;
    readonly attempt: number;
    readonly smsc_id: string;
    /** unknown: no answer came, and nothing since has told whether the carrier took it. */
    readonly status: 'sent' | 'delivered' | 'undelivered' | 'expired' | 'refused' | 'unknown';
    readonly carrier_message_id: string | null;
    /** The carrier's answer, for instance 0x00000058. */
    readonly command_status: string | null;
    readonly command_status_name: string | null;
    readonly submitted_at: string;
    readonly receipt: {
      readonly state: string | null;
      /** As the carrier wrote it; what it quotes of the text only for messages:content. */
      readonly raw: string;
      readonly tlvs: {
        readonly receipted_message_id?: string;
        readonly message_state?: number;
        readonly network_error_code?: string;
      } | null;
      readonly received_at: string | null;
    } | null;
  })[];
};

export type NewApiKey = {
  readonly id: string;
  readonly object: 'api_key';
  readonly name: string;
  /** How the key begins; the user name for Basic authentication. */
  readonly prefix: string;
  readonly last4: string;
  readonly mode: 'test' | 'live';
  readonly scopes: readonly (string)[];
  readonly allowed_ips: readonly (string)[];
  readonly allowed_countries: readonly (string)[];
  readonly sender_ids: readonly (string)[];
  readonly rate_limit: number | null;
  readonly daily_cap: number | null;
  readonly paused_at: string | null;
  /** `requested`, or `anomaly:` and what there was too much of. */
  readonly pause_reason: string | null;
  /** Id of the key that made it. */
  readonly created_by: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Up to some seconds old. */
  readonly last_used_at: string | null;
  readonly last_used_ip: string | null;
  /** Until when the key before the last rotation is good. */
  readonly previous_expires_at: string | null;
  readonly revoked_at: string | null;
  /** The key itself. Shown this once. */
  readonly key: string;
};

export type NewMessage = {
  readonly status: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received';
  readonly message_id: string;
  readonly to: string;
  /** Decimal; null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** Decimal; null while no price is known. */
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly mode: 'test' | 'live';
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  readonly flash: boolean;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly created_at: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
  };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: {
    readonly code: string;
    readonly class: 'fix' | 'retry' | 'suppress' | 'review';
    readonly reason?: string;
    readonly message: string;
    /** The carrier's own words. */
    readonly upstream?: {
      readonly command_status?: string;
      readonly receipt_state?: string;
      readonly receipt_error?: string;
      readonly raw?: string;
    };
  } | null;
  readonly attempts: number;
  /** True: the recipient may have got it twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  /** Of the last attempt; null is not measured. */
  readonly latency_ms: {
    readonly queue: number | null;
    readonly submit: number | null;
    readonly network: number | null;
  };
  /** True: parts of this inbound text never came; […] stands for them. */
  readonly incomplete: boolean;
  /** Their numbers, from 1; null when complete. */
  readonly missing_parts: readonly (number)[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which one of its campaign, where there are several. */
  readonly variant: string | null;
  readonly tags: readonly (string)[];
  /** Where the text is from. */
  readonly template: {
    readonly id: string;
    readonly version: number;
  } | null;
  readonly priority: 'low' | 'normal' | 'high';
};

export type OptOut = {
  readonly object: 'opt_out';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly topic: string;
  readonly opted_out_at: string;
  readonly source: string;
  readonly keyword: string | null;
  readonly message_id: string | null;
  readonly event_id: string | null;
};

export type OptOutReview = {
  readonly id: string;
  readonly object: 'opt_out_review';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly state: 'open' | 'resolved';
  /** The text that is in doubt: GET /v1/messages/{id} shows it. */
  readonly message_id: string | null;
  /** The words that made it doubtful. */
  readonly matched: string;
  readonly tier: string;
  readonly decision: 'opt_out' | 'not_opt_out' | null;
  /** Null while it is open, and when a later text of the recipient decided it. */
  readonly resolved_by: {
    readonly type: string;
    readonly id: string;
  } | null;
  /** When it becomes an opt-out by itself; null = never. */
  readonly due_at: string | null;
  readonly created_at: string;
  readonly resolved_at: string | null;
};

export type Preview = {
  readonly object: 'preview';
  readonly mode: 'test' | 'live';
  readonly to: string;
  /** Whether `to` was written in another way. */
  readonly normalized: boolean;
  readonly number: {
    readonly country: string | null;
    /** MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE, TOLL_FREE …; null where the range is not in use. */
    readonly type: string | null;
    /** IANA names; several where the number does not tell which one. */
    readonly time_zones: readonly (string)[];
  };
  readonly from: {
    readonly resolved: string;
    readonly reason: string;
  };
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly body: string;
  /** As the recipient would read it. */
  readonly final_body: string;
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  /** Size in units of the encoding: septets, octets or UTF-16 code units. */
  readonly characters: number;
  /** Units that still fit into the last segment. */
  readonly remaining: number;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly message_price: string | null;
  readonly currency: string | null;
  readonly schedule_for: string | null;
  readonly verdict: {
    /** False: the recipient would not get it. */
    readonly allowed: boolean;
    /** What sending it now would make of it. */
    readonly status: 'queued' | 'scheduled' | 'held' | 'rejected';
    /** Why it is not allowed, as an error code. */
    readonly code: string | null;
    readonly detail: string | null;
    /** The first moment at which it may leave; null = nobody knows, or never. */
    readonly send_at: string | null;
    /** The end of the hours in which it may leave. */
    readonly send_before: string | null;
    readonly held_by: 'opt_out_review' | 'conversation' | 'frequency_cap' | 'quiet_hours' | 'send_window' | null;
    readonly rule: string | null;
    readonly consent: 'opted_in' | 'opted_out' | 'review' | 'unknown';
  };
  readonly lint: readonly ({
    readonly rule: 'reserved_opt_out_word' | 'reserved_word' | 'exclusive_opt_out' | 'opt_out_text_added' | 'opt_out_text_missing' | 'opt_out_link_missing' | 'opt_out_word_not_handled' | 'sender_cannot_be_answered' | 'sender_not_named' | 'public_shortener' | 'suspicious_link' | 'insecure_link' | 'shouting' | 'exclamation_marks' | 'health_birth_date' | 'health_record_number' | 'health_condition';
    readonly severity: 'warn' | 'error';
    readonly message: string;
    /** In `body`, in UTF-16 code units: start, and end behind it. */
    readonly at?: readonly (number)[];
    readonly suggestion?: string;
  })[];
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly route: {
    readonly smsc: string;
    readonly fallback: readonly (string)[];
  };
};

export type Price = {
  readonly object: 'price';
  readonly mode: 'test' | 'live';
  readonly prefix: string | null;
  readonly country: string | null;
  /** Decimal, of one segment. */
  readonly price: string;
  /** ISO 4217. */
  readonly currency: string;
};

export type PrivacyJob = {
  readonly object: 'privacy_job';
  readonly id: string;
  readonly mode: 'test' | 'live';
  readonly kind: 'export' | 'erase';
  /** An erasure is done about ten minutes after it was asked for; the texts are gone within seconds. */
  readonly state: 'pending' | 'done';
  readonly created_at: string;
  readonly finished_at: string | null;
  /** Until when the result of an export can be fetched. */
  readonly expires_at: string | null;
  /** Of an export: everything stored about the number, by kind. At most the newest 20,000 texts. */
  readonly result: Readonly<Record<string, unknown>> | null;
};

export type Problem = {
  /** Where the code is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: 'INVALID_REQUEST' | 'INVALID_NUMBER' | 'BODY_TOO_LONG' | 'TEMPLATE_VARIABLE_MISSING' | 'CONFLICTING_FIELDS' | 'SCHEDULE_OUT_OF_RANGE' | 'AUTH_FAILED' | 'INSUFFICIENT_BALANCE' | 'FORBIDDEN' | 'OPTED_OUT' | 'CONSENT_REQUIRED' | 'NOT_FOUND' | 'IDEMPOTENCY_IN_PROGRESS' | 'NOT_CANCELABLE' | 'NOT_FINAL' | 'EVENTS_GONE' | 'PAYLOAD_TOO_LARGE' | 'FILTERED' | 'UNSUPPORTED_CHANNEL' | 'SENDER_NOT_ALLOWED' | 'IDEMPOTENCY_KEY_REUSED' | 'QUIET_HOURS' | 'NO_CARRIER' | 'RATE_LIMITED' | 'UNKNOWN_ERROR' | 'SERVICE_UNAVAILABLE';
  /** The field, parameter or header at fault. */
  readonly param?: string;
  readonly errors?: readonly ({
    readonly param: string;
    readonly message: string;
  })[];
  readonly retryable: boolean;
  readonly action: string;
  readonly request_id: string;
};

export type Propagation = {
  readonly object: 'propagation';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly systems: readonly ({
    /** A connected system, or `webhook:` and the id of an endpoint, which confirms by a 2xx. */
    readonly system: string;
    /** Of the opt-out, as contact.opted_out has it. */
    readonly event_id: string;
    readonly opted_out_at: string;
    readonly confirmed_at: string | null;
    /** Until it confirmed, or until now. */
    readonly lag_seconds: number;
    /** late: no confirmation for an hour, which is in the log and in the metrics too. */
    readonly state: 'confirmed' | 'waiting' | 'late';
    /** The legal limit: ten business days in the United States (47 CFR 64.1200(a)(10)). */
    readonly deadline: string;
  })[];
};

export type RecordedConsent = {
  readonly object: 'consent_event';
  readonly id: string;
  readonly number: string;
  readonly action: 'opt_in' | 'opt_out';
  readonly topic: string;
  /** False when it said nothing new; it is recorded all the same. */
  readonly changed: boolean;
};

export type ReplyWait = {
  readonly id: string;
  readonly object: 'reply_wait';
  readonly mode: 'test' | 'live';
  /** matched: answered, and the callback, if there is one, is being told; delivered: it took the reply; gone: nobody was there to take it. */
  readonly state: 'waiting' | 'matched' | 'delivered' | 'timed_out' | 'canceled' | 'gone';
  readonly to: string;
  readonly from: string;
  readonly message_id: string | null;
  readonly match: readonly (string)[] | {
    readonly type: 'approval';
    readonly approve?: readonly (string)[];
    readonly decline?: readonly (string)[];
    /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
    readonly reminder?: string;
  } | {
    readonly type: 'choice';
    readonly choices: readonly (string)[];
    /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
    readonly reminder?: string;
  } | {
    readonly type: 'free_text';
  };
  readonly reply: {
    readonly message_id: string;
    /** Null for a free text and a key without messages:content. */
    readonly value: string | null;
  } | null;
  readonly callback: {
    /** The address itself is not shown: it may let others answer. */
    readonly host: string;
    readonly attempts: number;
    /** Null: none yet, or no answer came. */
    readonly last_status: number | null;
    readonly next_attempt_at: string | null;
  } | null;
  /** Why it was canceled, or what became of the callback. */
  readonly reason: 'requested' | 'opted_out' | 'finished' | 'deleted' | 'unauthorized' | 'refused' | 'unreachable' | null;
  readonly expires_at: string;
  readonly created_at: string;
  readonly finished_at: string | null;
};

export type Route = {
  readonly id: string;
  readonly object: 'route';
  readonly mode: 'test' | 'live';
  readonly smsc_id: string;
  readonly priority: number;
  readonly weight: number;
  readonly cost: string | null;
  readonly prefixes: readonly (string)[];
  readonly countries: readonly (string)[];
  readonly networks: readonly (string)[];
  readonly senders: readonly (string)[];
  readonly message_types: readonly ('transactional' | 'promotional' | 'otp' | 'conversational')[];
};

export type Rule = {
  readonly id: string;
  readonly object: 'rule';
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly enabled: boolean;
  /** The highest is asked first. */
  readonly priority: number;
  readonly match: {
    /** Whole words, whatever their case, accents and punctuation. `any`: every text. */
    readonly type: 'exact' | 'starts_with' | 'contains' | 'any';
    readonly keywords: readonly (string)[];
    /** BCP 47; only contacts who are known to use it. */
    readonly language: string | null;
    /** Our numbers or names; empty = all. */
    readonly to: readonly (string)[];
  };
  readonly when: {
    /** Whether a reply of the contact is waited for. */
    readonly has_open_wait: boolean | null;
    /** So many hours after our last text. */
    readonly within_hours_of_outbound: number | null;
  };
  readonly actions: readonly ({
    readonly type: 'reply';
    /** Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped. */
    readonly text: string;
  } | {
    readonly type: 'tag';
    readonly tag: string;
  } | {
    readonly type: 'assign';
    readonly agent: string;
  } | {
    readonly type: 'webhook';
    /** Gets message.received, signed as a status_callback is. */
    readonly url: string;
  })[];
  /** No rule after this one is asked once it has matched. */
  readonly stop: boolean;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Sender = {
  readonly id: string;
  readonly object: 'sender';
  readonly mode: 'test' | 'live';
  readonly value: string;
  readonly type: 'long_code' | 'short_code' | 'toll_free' | 'alphanumeric';
  readonly countries: readonly (string)[];
  readonly purpose: readonly ('transactional' | 'promotional' | 'otp' | 'conversational')[];
  readonly mps: number | null;
  readonly registration: {
    readonly scheme: '10dlc' | 'dlt' | 'sender_id';
    /** By name: brand_id, campaign_id, entity_id, template_id. */
    readonly ids: Readonly<Record<string, string>>;
    readonly status: 'pending' | 'approved' | 'rejected';
  } | null;
  readonly smsc_ids: readonly (string)[];
  readonly opt_out_managed_by: 'us' | 'carrier';
  readonly shared: boolean;
};

export type SenderPool = {
  /** May stand in `from` of a text. */
  readonly id: string;
  readonly object: 'sender_pool';
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly sender_ids: readonly (string)[];
  readonly is_default: boolean;
};

export type SenderRule = {
  readonly object: 'sender_rule';
  readonly mode: 'test' | 'live';
  readonly country: string;
  readonly origin: 'own' | 'shipped';
  /** False: a rule of your own takes its place. */
  readonly in_force: boolean;
  readonly alphanumeric: 'yes' | 'no' | 'registration' | 'recommended' | 'unknown';
  readonly numeric: 'yes' | 'no' | 'overwritten' | 'unknown';
  readonly dynamic: boolean | null;
  readonly two_way: boolean | null;
  readonly required_fields: readonly (string)[];
  readonly refused_numbers: readonly (string)[];
  /** Every sender has to have an approved registration of this scheme. */
  readonly registration: string | null;
  readonly fact: string | null;
  readonly source_url: string | null;
  readonly verified_on: string | null;
};

export type SendingState = {
  readonly object: 'sending';
  readonly mode: 'test' | 'live';
  readonly paused: boolean;
  readonly paused_at: string | null;
  /** Id of the key. */
  readonly paused_by: string | null;
};

export type Smsc = {
  readonly id: string;
  readonly object: 'smsc';
  readonly mode: 'test' | 'live';
  /** Only a carrier of `api` can be changed or deleted here. */
  readonly origin: 'environment' | 'file' | 'api' | 'simulator';
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly system_id: string;
  /** `parked`: the carrier refuses the credentials; it is tried again, but rarely. */
  readonly state: 'up' | 'down' | 'parked';
  readonly paused: boolean;
  readonly window: 'auto' | number;
  /** Segments per second: agreed, allowed now, accepted in the last second. */
  readonly rate: {
    readonly limit: number | null;
    readonly current: number | null;
    readonly used: number;
  };
  readonly throttled: number;
  readonly last_error: {
    readonly at: string;
    /** For instance ECONNREFUSED, bind_refused, peer_silent, tls_timeout. */
    readonly reason: string;
    /** What a refused bind was answered with. */
    readonly command_status: string | null;
  } | null;
  readonly binds: readonly ({
    readonly name: string;
    readonly type: 'transceiver' | 'transmitter' | 'receiver';
    readonly state: 'idle' | 'connecting' | 'binding' | 'bound' | 'suspect' | 'draining' | 'backoff' | 'parked';
    /** submit_sm without an answer. */
    readonly window: {
      readonly used: number;
      readonly max: number;
    };
    /** Segments accepted in the last second. */
    readonly rate: number;
    /** Segments refused with ESME_RTHROTTLED since the start. */
    readonly throttled: number;
    /** 95 of 100 answers come within it. */
    readonly round_trip_ms: number | null;
    readonly last_error: {
      readonly at: string;
      /** For instance ECONNREFUSED, bind_refused, peer_silent, tls_timeout. */
      readonly reason: string;
      /** What a refused bind was answered with. */
      readonly command_status: string | null;
    } | null;
  })[];
};

export type Suppression = {
  readonly object: 'suppression';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly list: 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';
  readonly reason: string | null;
  readonly source: string;
  readonly created_at: string;
  readonly expires_at: string | null;
};

export type Template = {
  readonly id: string;
  readonly object: 'template';
  readonly mode: 'test' | 'live';
  readonly name: string;
  /** The newest one; texts are made of it. */
  readonly version: number;
  readonly body: string;
  /** Without a value, one that is required is TEMPLATE_VARIABLE_MISSING. */
  readonly variables: readonly ({
    readonly name: string;
    readonly required: boolean;
  })[];
  readonly created_at: string;
  readonly updated_at: string;
};

export type WebhookDelivery = {
  /** The webhook-id of every attempt. */
  readonly id: string;
  readonly object: 'webhook_delivery';
  readonly mode: 'test' | 'live';
  /** Null = the status_callback of a text. */
  readonly endpoint_id: string | null;
  readonly event_type: string;
  readonly message_id: string | null;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  /** How long the last attempt took. */
  readonly duration_ms: number | null;
  readonly response_status: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  readonly created_at: string;
};

export type WebhookEndpoint = {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly mode: 'test' | 'live';
  readonly url: string;
  readonly event_types: readonly (string)[];
  readonly description: string | null;
  readonly filter: {
    /** What a contact writes within so many seconds comes as one text, with all ids in `combined`. */
    readonly buffer_seconds?: number;
    /** Only texts to these numbers of yours. */
    readonly to?: readonly (string)[];
    /** Only texts from these numbers. */
    readonly from?: readonly (string)[];
    /** Only texts that are, or begin with, these words. */
    readonly keyword?: {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly equals: string;
    } | {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly starts_with: string;
    };
  } | null;
  readonly enabled: boolean;
  /** Why it was turned off by itself: it answered 410, or failed for five days. */
  readonly disabled_reason: 'gone' | 'failing' | null;
  /** Since when nothing but failures came back. */
  readonly failing_since: string | null;
  readonly created_at: string;
};

/** Note something for colleagues. It is never sent. */
export type AddConversationNoteBody = {
  readonly body: string;
  readonly author?: string | null;
};

/** Note something for colleagues. It is never sent. */
export type AddConversationNoteAnswer = ConversationNote;

/** Write a text on a simulated phone. */
export type AnswerFromPhoneBody = {
  /** The phone that answers. */
  readonly from: string;
  /** Your number or sender. */
  readonly to: string;
  readonly body: string;
  /** True: it comes in several segments, however short it is, the last one first. */
  readonly segments_out_of_order?: boolean;
};

/** Write a text on a simulated phone. */
export type AnswerFromPhoneAnswer = {
  /** False: the server has no connection to the simulated carrier. */
  readonly delivered: boolean;
};

/** Cancel what has not left yet. */
export type CancelBatchAnswer = Batch;

/** Cancel a text that has not left: scheduled, held or queued. It is never sent then. */
export type CancelMessageAnswer = Message;

/** Wait no longer; the callback hears nothing of it. A wait that has ended stays as it is. */
export type CancelReplyWaitAnswer = ReplyWait;

/** Change what a key may do; elsewhere it is in force within 5 seconds. */
export type ChangeApiKeyBody = {
  readonly name?: string;
  readonly scopes?: readonly ('messages:send' | 'messages:read' | 'messages:cancel' | 'messages:content' | 'conversations:read' | 'conversations:write' | 'contacts:read' | 'contacts:write' | 'contacts:export' | 'consents:read' | 'consents:write' | 'optouts:write' | 'suppressions:read' | 'suppressions:write' | 'templates:read' | 'templates:write' | 'rules:read' | 'rules:write' | 'senders:read' | 'senders:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'balance:read' | 'prices:read' | 'prices:write' | 'keys:manage' | 'routes:manage' | 'smsc:read' | 'smsc:manage' | 'queues:read' | 'reviews:manage' | 'audit:read' | 'privacy:manage' | 'sandbox:use' | 'admin')[];
  /** A paused key may ask, but not send. */
  readonly paused?: boolean;
  readonly expires_at?: string | null;
  /** Where it may be used from; empty = anywhere. */
  readonly allowed_ips?: readonly (string)[];
  /** Of recipients; empty = all. */
  readonly allowed_countries?: readonly (string)[];
  /** Senders that it may send from, by id or value; empty = all. A text without `from` comes from the first. */
  readonly sender_ids?: readonly (string)[];
  /** Texts per minute; null = any number. */
  readonly rate_limit?: number | null;
  /** Texts per day of UTC; null = any number. */
  readonly daily_cap?: number | null;
};

/** Change what a key may do; elsewhere it is in force within 5 seconds. */
export type ChangeApiKeyAnswer = ApiKey;

/** Change what is known of a contact. What is left out stays, null takes it away. */
export type ChangeContactBody = {
  readonly name?: string | null;
  readonly time_zone?: string | null;
  readonly state?: string | null;
  readonly country?: string | null;
  readonly language?: string | null;
  /** Who looks after the contact; comes with every text from them. */
  readonly owner?: string | null;
  /** Those that are named change; null takes one away. */
  readonly attributes?: Readonly<Record<string, string | null>>;
};

/** Change what is known of a contact. What is left out stays, null takes it away. */
export type ChangeContactAnswer = Contact;

/** Assign, tag, snooze, close or open a conversation. A text of the contact opens it again. */
export type ChangeConversationBody = {
  readonly status?: 'open' | 'snoozed' | 'closed';
  /** Required for, and only of, the status snoozed. */
  readonly snoozed_until?: string;
  /** Whoever answers it; null = nobody. */
  readonly assignee?: string | null;
  /** In place of those that it has. */
  readonly tags?: readonly (string)[];
};

/** Assign, tag, snooze, close or open a conversation. A text of the contact opens it again. */
export type ChangeConversationAnswer = Conversation;

/** Change the time or the text of a text that is scheduled or held. */
export type ChangeMessageBody = {
  /** When it is to go; null = as soon as it may. */
  readonly schedule_for?: string | null;
  readonly body?: string;
};

/** Change the time or the text of a text that is scheduled or held. */
export type ChangeMessageAnswer = Message;

/** Confirm, as a connected system, that it obeys an opt-out. The first confirmation counts. */
export type ConfirmPropagationBody = {
  /** The id of a connected system. */
  readonly system: string;
  /** Of one opt-out; all of the number when left out. */
  readonly event_id?: string;
};

/** Confirm, as a connected system, that it obeys an opt-out. The first confirmation counts. */
export type ConfirmPropagationAnswer = Propagation;

/** Make a key, which can do no more than the one that asks. Limits that are left out are those of that key. */
export type CreateApiKeyBody = {
  readonly name: string;
  /** That of the key that asks when left out. */
  readonly mode?: 'test' | 'live';
  /** Scopes by what the key is for. */
  readonly preset?: 'send_only' | 'n8n' | 'hubspot' | 'slack' | 'read_only' | 'admin';
  /** Instead of a preset; send_only when neither is given. */
  readonly scopes?: readonly ('messages:send' | 'messages:read' | 'messages:cancel' | 'messages:content' | 'conversations:read' | 'conversations:write' | 'contacts:read' | 'contacts:write' | 'contacts:export' | 'consents:read' | 'consents:write' | 'optouts:write' | 'suppressions:read' | 'suppressions:write' | 'templates:read' | 'templates:write' | 'rules:read' | 'rules:write' | 'senders:read' | 'senders:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'balance:read' | 'prices:read' | 'prices:write' | 'keys:manage' | 'routes:manage' | 'smsc:read' | 'smsc:manage' | 'queues:read' | 'reviews:manage' | 'audit:read' | 'privacy:manage' | 'sandbox:use' | 'admin')[];
  readonly expires_at?: string | null;
  /** Where it may be used from; empty = anywhere. */
  readonly allowed_ips?: readonly (string)[];
  /** Of recipients; empty = all. */
  readonly allowed_countries?: readonly (string)[];
  /** Senders that it may send from, by id or value; empty = all. A text without `from` comes from the first. */
  readonly sender_ids?: readonly (string)[];
  /** Texts per minute; null = any number. */
  readonly rate_limit?: number | null;
  /** Texts per day of UTC; null = any number. */
  readonly daily_cap?: number | null;
};

/** Make a key, which can do no more than the one that asks. Limits that are left out are those of that key. */
export type CreateApiKeyAnswer = NewApiKey;

/** Connect another carrier for live texts, at once and at every start. */
export type CreateCarrierBody = {
  readonly id: string;
  readonly host?: string;
  readonly port?: number;
  readonly local_address?: string | null;
  readonly family?: 4 | 6 | null;
  readonly tls?: {
    readonly ca?: string;
    readonly servername?: string;
    readonly pin_sha256?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly insecure?: boolean;
  } | null;
  readonly allow_plaintext?: boolean;
  readonly system_id: string;
  readonly password: string;
  readonly system_type?: string;
  readonly address_range?: string;
  readonly binds?: readonly ({
    readonly type?: 'transceiver' | 'transmitter' | 'receiver';
    readonly count?: number;
    readonly outbind?: {
      readonly host?: string;
      readonly port: number;
      readonly system_id: string;
      readonly password: string;
    };
  })[];
  readonly window?: 'auto' | number;
  readonly rate?: number | null;
  readonly rate_per_bind?: number | null;
  readonly rate_per_sender?: number | null;
  readonly connect_timeout_ms?: number;
  readonly tls_timeout_ms?: number;
  readonly bind_timeout_ms?: number;
  readonly response_timeout_ms?: number;
  readonly enquire_link_ms?: number;
  readonly inactivity_ms?: number | null;
  readonly encoding?: {
    readonly default_alphabet?: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii' | 'utf8';
    readonly latin1?: boolean;
    readonly ascii?: boolean;
    readonly flash?: 'data_coding' | 'data_coding_f0' | 'dest_addr_subunit';
    readonly long_message?: 'udh8' | 'udh16' | 'sar' | 'message_payload';
    readonly national_tables?: readonly (number)[];
  };
  readonly numbering?: {
    readonly alphanumeric?: {
      readonly ton: number;
      readonly npi: number;
    };
    readonly short_code?: {
      readonly ton: number;
      readonly npi: number;
    };
    readonly number?: {
      readonly ton: number;
      readonly npi: number;
    };
    readonly recipient?: {
      readonly ton: number;
      readonly npi: number;
    };
    readonly plus?: boolean;
  };
  readonly country?: string | null;
  readonly service_type?: string;
  readonly priority_flag?: {
    readonly otp?: number;
    readonly transactional?: number;
    readonly conversational?: number;
    readonly promotional?: number;
  };
  readonly validity?: 'relative' | 'absolute' | 'none';
  readonly intermediate_receipts?: boolean;
  readonly user_message_reference?: boolean;
  readonly registration_tlvs?: Readonly<Record<string, string | {
    readonly tag: string;
    readonly type: 'c_octet_string' | 'octet_string';
  }>>;
  readonly retry_without_tlvs?: boolean;
  readonly message_id_format?: 'auto' | 'exact' | 'hex_response' | 'hex_receipt';
  readonly receipts_as_texts?: boolean;
  readonly command_status?: Readonly<Record<string, 'throttle' | 'retry' | 'permanent' | 'failover' | 'link'>>;
  readonly error_codes?: Readonly<Record<string, 'opted_out' | 'unknown_number'>>;
  readonly priority?: number;
  readonly weight?: number;
  readonly cost?: string | null;
  /** What a provider documents about its accounts. */
  readonly preset?: 'sinch' | 'infobip' | 'clicksend' | 'vonage' | 'smsportal' | '8x8' | 'vibes' | 'txtwire';
};

/** Connect another carrier for live texts, at once and at every start. */
export type CreateCarrierAnswer = Smsc;

/** Opt a number out. Texts to it that have not left are canceled in the same moment. */
export type CreateOptOutBody = {
  readonly number: string;
  /** `*` = everything. */
  readonly topic?: string;
  readonly reason?: string;
  readonly source?: 'web_form' | 'keyword' | 'import' | 'agent' | 'crm' | 'api' | 'paper' | 'verbal';
};

/** Opt a number out. Texts to it that have not left are canceled in the same moment. */
export type CreateOptOutAnswer = RecordedConsent;

/** Wait for the reply to a text. With `expect_reply` a send does it in one step. */
export type CreateReplyWaitBody = {
  /** Who is to answer. Needed without `message_id`. */
  readonly to?: string | null;
  /** Our number that is answered to. Needed without `message_id`. */
  readonly from?: string | null;
  /** The text that asks. A reply that has come since it was accepted counts too. */
  readonly message_id?: string | null;
  readonly match?: readonly (string)[] | {
    readonly type: 'approval';
    readonly approve?: readonly (string)[];
    readonly decline?: readonly (string)[];
    /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
    readonly reminder?: string;
  } | {
    readonly type: 'choice';
    readonly choices: readonly (string)[];
    /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
    readonly reminder?: string;
  } | {
    readonly type: 'free_text';
  } | null;
  readonly timeout_seconds?: number | null;
  readonly callback_url?: string | null;
};

/** Wait for the reply to a text. With `expect_reply` a send does it in one step. */
export type CreateReplyWaitAnswer = ReplyWait;

/** Add a rule. A text that any rule matches takes only the carriers of matching rules. */
export type CreateRouteBody = {
  /** The carrier that texts take which match. */
  readonly smsc_id: string;
  /** Lower goes first. */
  readonly priority?: number;
  /** Share among equals. */
  readonly weight?: number;
  /** Per segment. Of equal priority the cheaper goes first. */
  readonly cost?: string | null;
  /** Recipients that begin so; empty = all. */
  readonly prefixes?: readonly (string)[];
  readonly countries?: readonly (string)[];
  /** Known from number portability only. */
  readonly networks?: readonly (string)[];
  readonly senders?: readonly (string)[];
  readonly message_types?: readonly ('transactional' | 'promotional' | 'otp' | 'conversational')[];
};

/** Add a rule. A text that any rule matches takes only the carriers of matching rules. */
export type CreateRouteAnswer = Route;

/** Add a rule: what a text with certain words sets off. Words about consent and HELP are reserved. */
export type CreateRuleBody = {
  readonly name: string;
  readonly enabled?: boolean;
  /** The highest is asked first. */
  readonly priority?: number;
  readonly match: {
    /** Whole words, whatever their case, accents and punctuation. `any`: every text. */
    readonly type: 'exact' | 'starts_with' | 'contains' | 'any';
    readonly keywords?: readonly (string)[];
    /** BCP 47; only contacts who are known to use it. */
    readonly language?: string | null;
    /** Our numbers or names; empty = all. */
    readonly to?: readonly (string)[];
  };
  readonly when?: {
    /** Whether a reply of the contact is waited for. */
    readonly has_open_wait?: boolean | null;
    /** So many hours after our last text. */
    readonly within_hours_of_outbound?: number | null;
  };
  readonly actions: readonly ({
    readonly type: 'reply';
    /** Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped. */
    readonly text: string;
  } | {
    readonly type: 'tag';
    readonly tag: string;
  } | {
    readonly type: 'assign';
    readonly agent: string;
  } | {
    readonly type: 'webhook';
    /** Gets message.received, signed as a status_callback is. */
    readonly url: string;
  })[];
  /** No rule after this one is asked once it matched. */
  readonly stop?: boolean;
};

/** Add a rule: what a text with certain words sets off. Words about consent and HELP are reserved. */
export type CreateRuleAnswer = Rule;

/** Add a number or a name, with what it may be used for. */
export type CreateSenderBody = {
  /** E.164, a short code, or up to 11 letters and digits. */
  readonly value: string;
  /** Read from the value when left out. */
  readonly type?: 'long_code' | 'short_code' | 'toll_free' | 'alphanumeric';
  /** Where it may be used; empty = anywhere. */
  readonly countries?: readonly (string)[];
  /** What it may be used for; empty = all. */
  readonly purpose?: readonly ('transactional' | 'promotional' | 'otp' | 'conversational')[];
  /** Segments per second. */
  readonly mps?: number | null;
  readonly registration?: {
    readonly scheme: '10dlc' | 'dlt' | 'sender_id';
    /** By name: brand_id, campaign_id, entity_id, template_id. */
    readonly ids: Readonly<Record<string, string>>;
    readonly status: 'pending' | 'approved' | 'rejected';
  } | null;
  /** Carriers that know it; empty = all. */
  readonly smsc_ids?: readonly (string)[];
  /** carrier: the carrier answers STOP itself. */
  readonly opt_out_managed_by?: 'us' | 'carrier';
  /** Several programmes use it, each under its topic: STOP ends those that the recipient was texted about, STOP and a topic that one, STOP ALL everything. Promotional texts from it need a topic. */
  readonly shared?: boolean;
};

/** Add a number or a name, with what it may be used for. */
export type CreateSenderAnswer = Sender;

/** Add a pool. A recipient keeps the sender that it got first. */
export type CreateSenderPoolBody = {
  readonly name: string;
  readonly sender_ids: readonly (string)[];
  /** Texts without `from` use it, and its numbers stand in for refused names. */
  readonly is_default?: boolean;
};

/** Add a pool. A recipient keeps the sender that it got first. */
export type CreateSenderPoolAnswer = SenderPool;

/** Put numbers on a list: dead numbers, do-not-call registries, or any that you do not want to text. */
export type CreateSuppressionsBody = {
  readonly numbers: readonly (string)[];
  readonly list: 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';
  readonly reason?: string;
  /** RFC 3339 with an offset. */
  readonly expires_at?: string;
};

/** Put numbers on a list: dead numbers, do-not-call registries, or any that you do not want to text. */
export type CreateSuppressionsAnswer = ImportResult;

/** Add a template; its text is version 1. */
export type CreateTemplateBody = {
  /** Yours; no two templates have the same. */
  readonly name: string;
  /** With {{name}}, {{contact.firstname}} or, for when there is no value, {{name|there}}. */
  readonly body: string;
};

/** Add a template; its text is version 1. */
export type CreateTemplateAnswer = Template;

/** Add money. Repeated with the same Idempotency-Key it is added once. */
export type CreateTopUpBody = {
  /** Decimal. */
  readonly amount: string;
  /** Yours, for instance the number of an invoice. */
  readonly reference?: string | null;
};

/** Add money. Repeated with the same Idempotency-Key it is added once. */
export type CreateTopUpAnswer = BalanceTransaction;

/** Have events sent to an address. The answer shows the secret that signs them, once. */
export type CreateWebhookEndpointBody = {
  /** Public https; other hosts only when the server allows them. */
  readonly url: string;
  /** `*` is every type, `message.*` every type of a text. */
  readonly event_types: readonly ('message.scheduled' | 'message.held' | 'message.queued' | 'message.sent' | 'message.delivered' | 'message.undelivered' | 'message.failed' | 'message.rejected' | 'message.expired' | 'message.canceled' | 'message.received' | 'conversation.created' | 'conversation.assigned' | 'conversation.closed' | 'contact.opted_out' | 'contact.opted_in' | 'contact.opt_out_review' | 'batch.completed' | 'reply.matched' | 'reply.timed_out' | 'review.created' | 'balance.low' | 'smsc.down' | 'smsc.up' | 'webhook_endpoint.disabled' | 'api_key.expiring' | 'api_key.anomaly' | '*' | 'message.*')[];
  readonly description?: string | null;
  readonly filter?: {
    /** What a contact writes within so many seconds comes as one text, with all ids in `combined`. */
    readonly buffer_seconds?: number;
    /** Only texts to these numbers of yours. */
    readonly to?: readonly (string)[];
    /** Only texts from these numbers. */
    readonly from?: readonly (string)[];
    /** Only texts that are, or begin with, these words. */
    readonly keyword?: {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly equals: string;
    } | {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly starts_with: string;
    };
  } | null;
};

/** Have events sent to an address. The answer shows the secret that signs them, once. */
export type CreateWebhookEndpointAnswer = {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly mode: 'test' | 'live';
  readonly url: string;
  readonly event_types: readonly (string)[];
  readonly description: string | null;
  readonly filter: {
    /** What a contact writes within so many seconds comes as one text, with all ids in `combined`. */
    readonly buffer_seconds?: number;
    /** Only texts to these numbers of yours. */
    readonly to?: readonly (string)[];
    /** Only texts from these numbers. */
    readonly from?: readonly (string)[];
    /** Only texts that are, or begin with, these words. */
    readonly keyword?: {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly equals: string;
    } | {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly starts_with: string;
    };
  } | null;
  readonly enabled: boolean;
  /** Why it was turned off by itself: it answered 410, or failed for five days. */
  readonly disabled_reason: 'gone' | 'failing' | null;
  /** Since when nothing but failures came back. */
  readonly failing_since: string | null;
  readonly created_at: string;
  /** Signs what is sent there (Standard Webhooks). Shown this once. */
  readonly secret: string;
};

/** Opt a number in again, with evidence. Refused for somebody who texted STOP, unless they have asked for it since. */
export type DeleteOptOutBody = {
  /** `*` = everything. */
  readonly topic?: string;
  readonly evidence: {
    readonly text?: string;
    readonly url?: string;
    readonly ip?: string;
    readonly user_agent?: string;
    readonly form_version?: string;
    readonly page_snapshot_hash?: string;
    readonly checkbox_state?: string;
    readonly screenshot_ref?: string;
    readonly call_ref?: string;
    readonly file_ref?: string;
    readonly actor?: string;
  };
  readonly override?: 'recipient_request';
};

/** Opt a number in again, with evidence. Refused for somebody who texted STOP, unless they have asked for it since. */
export type DeleteOptOutAnswer = RecordedConsent;

/** Take a number off one list, or off all of them. */
export type DeleteSuppressionQuery = {
  readonly list?: 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';
};

/** Take away everything that is stored about a number. Opt-outs go on being honoured, by a keyed hash of it. */
export type ErasePersonalDataBody = {
  readonly number: string;
};

/** Take away everything that is stored about a number. Opt-outs go on being honoured, by a keyed hash of it. */
export type ErasePersonalDataAnswer = PrivacyJob;

/** Which sender and which carriers a text would get, and why. Nothing is sent. */
export type ExplainRouteBody = {
  readonly to: string;
  /** A sender, or the id of a pool. */
  readonly from?: string | null;
  readonly type?: 'transactional' | 'promotional' | 'otp' | 'conversational';
};

/** Which sender and which carriers a text would get, and why. Nothing is sent. */
export type ExplainRouteAnswer = {
  readonly object: 'route_explanation';
  readonly to: string;
  readonly country: string | null;
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly sender: {
    readonly from: string | null;
    readonly reason: string;
    readonly warnings: readonly ({
      readonly code: string;
      readonly message: string;
    })[];
  };
  /** What a text would do now, in one sentence. */
  readonly reason: string;
  /** Best first: the first one is what a text would take now. */
  readonly routes: readonly ({
    readonly smsc_id: string;
    readonly rule_id: string | null;
    readonly health: 'up' | 'half_open' | 'down' | 'paused';
    readonly reason: string;
  })[];
  readonly skipped: readonly ({
    readonly smsc_id: string;
    readonly rule_id: string | null;
    readonly reason: string;
  })[];
};

/** Gather everything that is stored about a number. The answer is a job; its result is kept for a day. */
export type ExportPersonalDataBody = {
  readonly number: string;
};

/** Gather everything that is stored about a number. The answer is a job; its result is kept for a day. */
export type ExportPersonalDataAnswer = PrivacyJob;

/** How the texts of a time, or what went wrong with them, are spread. */
export type GetAnalyticsBreakdownQuery = {
  /** A day before `to` when left out. Widened to whole hours. */
  readonly from?: string;
  /** Now when left out. */
  readonly to?: string;
  readonly by?: 'country' | 'sender' | 'smsc' | 'message_type' | 'tag' | 'campaign' | 'variant' | 'error_code';
};

/** How the texts of a time, or what went wrong with them, are spread. */
export type GetAnalyticsBreakdownAnswer = {
  readonly object: 'analytics_breakdown';
  readonly by: string;
  readonly data: readonly ({
    readonly value: string;
    readonly count: number;
    /** Of 1; null for a sample below 20. */
    readonly share: number | null;
    /** Of 1; null for a sample below 20. */
    readonly delivery_rate: number | null;
  })[];
};

/** What became of the texts of a time. Each counts for when it was accepted, whenever its end came. */
export type GetAnalyticsSummaryQuery = {
  /** A day before `to` when left out. Widened to whole hours. */
  readonly from?: string;
  /** Now when left out. */
  readonly to?: string;
  readonly group_by?: 'country' | 'sender' | 'smsc' | 'message_type' | 'tag' | 'campaign' | 'variant';
};

/** What became of the texts of a time. Each counts for when it was accepted, whenever its end came. */
export type GetAnalyticsSummaryAnswer = AnalyticsSummary;

/** One figure by the hour or by the day; hours in which nothing happened are left out. */
export type GetAnalyticsTimeseriesQuery = {
  /** A day before `to` when left out. Widened to whole hours. */
  readonly from?: string;
  /** Now when left out. */
  readonly to?: string;
  /** `delivery_rate` when left out. */
  readonly metric?: 'messages' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'expired' | 'rejected' | 'canceled' | 'delivery_rate' | 'median_delivery_seconds' | 'p95_delivery_seconds' | 'p99_delivery_seconds' | 'median_submit_seconds' | 'p95_submit_seconds' | 'p99_submit_seconds' | 'replies' | 'response_rate' | 'opt_outs' | 'opt_out_rate' | 'segments' | 'invalid_number_rate';
  /** `hour` when left out. */
  readonly interval?: 'hour' | 'day';
};

/** One figure by the hour or by the day; hours in which nothing happened are left out. */
export type GetAnalyticsTimeseriesAnswer = {
  readonly object: 'analytics_timeseries';
  readonly metric: 'messages' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'expired' | 'rejected' | 'canceled' | 'delivery_rate' | 'median_delivery_seconds' | 'p95_delivery_seconds' | 'p99_delivery_seconds' | 'median_submit_seconds' | 'p95_submit_seconds' | 'p99_submit_seconds' | 'replies' | 'response_rate' | 'opt_outs' | 'opt_out_rate' | 'segments' | 'invalid_number_rate';
  readonly interval: 'hour' | 'day';
  readonly points: readonly ({
    readonly at: string;
    readonly value: number | null;
    readonly n: number;
  })[];
};

/** One key and when it was last used. */
export type GetApiKeyAnswer = ApiKey;

/** What is left to text with. Test keys see play money, which fills itself up. */
export type GetBalanceAnswer = Balance;

/** How far a batch has come. */
export type GetBatchAnswer = Batch;

/** One campaign, and how its variants compare. */
export type GetCampaignQuery = {
  /** 90 days before `to` when left out. Widened to whole hours. */
  readonly from?: string;
  /** Now when left out. */
  readonly to?: string;
};

/** One campaign, and how its variants compare. */
export type GetCampaignAnswer = {
  /** The campaign_id of its texts. */
  readonly id: string;
  readonly object: 'campaign';
  readonly mode: 'test' | 'live';
  /** Texts that are over: the sample of the delivery rate. */
  readonly n: number;
  readonly messages: number;
  readonly sent: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly failed: number;
  readonly expired: number;
  readonly rejected: number;
  readonly canceled: number;
  /** Of 1; null for a sample below 20. */
  readonly delivery_rate: number | null;
  /** From the answer of the carrier to its receipt. */
  readonly median_delivery_seconds: number | null;
  readonly p95_delivery_seconds: number | null;
  readonly p99_delivery_seconds: number | null;
  /** From acceptance to the answer of the carrier. */
  readonly median_submit_seconds: number | null;
  readonly p95_submit_seconds: number | null;
  readonly p99_submit_seconds: number | null;
  /** Texts that were answered. */
  readonly replies: number;
  /** Of 1; null for a sample below 20. */
  readonly response_rate: number | null;
  readonly opt_outs: number;
  /** Of 1; null for a sample below 20. */
  readonly opt_out_rate: number | null;
  readonly segments: number;
  /** Decimal: the prices of the texts that a carrier took. */
  readonly cost: string;
  /** Of 1; null for a sample below 20. */
  readonly invalid_number_rate: number | null;
  readonly errors_by_code: Readonly<Record<string, number>>;
  /** What is worse than it should be, in a sample that can tell. */
  readonly alerts: readonly ('delivery_rate_low' | 'delivery_slow' | 'response_rate_low' | 'opt_out_rate_high')[];
  /** By name. A rate is null for a sample below 20: before that, a difference says nothing. */
  readonly variants: readonly ({
    readonly name: string;
    /** Texts that are over: the sample of the delivery rate. */
    readonly n: number;
    readonly messages: number;
    readonly sent: number;
    readonly delivered: number;
    readonly undelivered: number;
    readonly failed: number;
    readonly expired: number;
    readonly rejected: number;
    readonly canceled: number;
    /** Of 1; null for a sample below 20. */
    readonly delivery_rate: number | null;
    /** From the answer of the carrier to its receipt. */
    readonly median_delivery_seconds: number | null;
    readonly p95_delivery_seconds: number | null;
    readonly p99_delivery_seconds: number | null;
    /** From acceptance to the answer of the carrier. */
    readonly median_submit_seconds: number | null;
    readonly p95_submit_seconds: number | null;
    readonly p99_submit_seconds: number | null;
    /** Texts that were answered. */
    readonly replies: number;
    /** Of 1; null for a sample below 20. */
    readonly response_rate: number | null;
    readonly opt_outs: number;
    /** Of 1; null for a sample below 20. */
    readonly opt_out_rate: number | null;
    readonly segments: number;
    /** Decimal: the prices of the texts that a carrier took. */
    readonly cost: string;
    /** Of 1; null for a sample below 20. */
    readonly invalid_number_rate: number | null;
    readonly errors_by_code: Readonly<Record<string, number>>;
    /** What is worse than it should be, in a sample that can tell. */
    readonly alerts: readonly ('delivery_rate_low' | 'delivery_slow' | 'response_rate_low' | 'opt_out_rate_high')[];
  })[];
};

/** One carrier and how its binds are. */
export type GetCarrierAnswer = Smsc;

/** What a number has agreed to, as things stand. */
export type GetConsentAnswer = Consent;

/** What is known of a contact. */
export type GetContactAnswer = Contact;

/** One conversation: there is one for each pair of a number of ours and a contact. */
export type GetConversationAnswer = Conversation;

/** How the simulated carrier misbehaves, and what has happened at it. */
export type GetFaultsAnswer = {
  readonly object: 'faults';
  readonly faults: {
    /** How long a receipt takes. */
    readonly receipt_delay_ms?: number;
    /** How long an answer takes. */
    readonly response_delay_ms?: number;
    /** Up to so much more, by chance: receipts overtake each other. */
    readonly receipt_jitter_ms?: number;
    /** Up to so much more, by chance: answers overtake each other. */
    readonly response_jitter_ms?: number;
    readonly receipt_before_response?: boolean;
    /** How ids are written in answers. */
    readonly id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
    /** How ids are written in receipts. */
    readonly receipt_id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
    /** More are throttled; 0 = no limit. */
    readonly throttle_per_second?: number;
    /** Texts that are throttled whatever the pace. */
    readonly throttle_percent?: number;
    /** Texts that are refused with `refuse_status`. */
    readonly refuse_percent?: number;
    /** A command_status (SMPP 3.4, 5.1.3). */
    readonly refuse_status?: number;
    /** False: no receipt ever comes. */
    readonly receipts?: boolean;
    /** Texts that get a receipt; the other receipts are lost. */
    readonly receipt_percent?: number;
    /** Where a receipt says what it says. */
    readonly receipt_form?: 'text_and_tlv' | 'text' | 'tlv';
    /** How often each receipt comes once more. */
    readonly duplicate_receipts?: number;
    /** Cut the connection before a text is taken, or in the middle of the answer to it. */
    readonly drop?: 'none' | 'request' | 'answer';
    /** How many octets of the answer get out before the cut. */
    readonly drop_at_octet?: number;
    /** How many connections are cut. */
    readonly drop_times?: number;
    /** New connections are accepted and never answered. */
    readonly half_open?: boolean;
    /** Each connection goes silent after so many texts, without closing; null = never. */
    readonly black_hole_after?: number | null;
    /** Nonsense before an answer: whole PDUs, or octets that are none. */
    readonly garbage?: 'none' | 'pdus' | 'octets';
    /** Answers with nonsense before them. */
    readonly garbage_percent?: number;
    /** Say unbind to everybody again and again; 0 = never. */
    readonly unbind_every_ms?: number;
    /** How often at most. */
    readonly unbind_times?: number;
    /** Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED. */
    readonly handsets_off?: readonly (string)[];
    /** How long the carrier keeps trying a phone that is off. */
    readonly handset_off_ms?: number;
    /** The same seed, the same chances. */
    readonly seed?: number;
    /** All faults end by themselves after so long; null = they stay until they are taken back. */
    readonly for_ms?: number | null;
  };
  /** What has happened since the last reset. */
  readonly counts: {
    readonly connections: number;
    /** Binds that succeeded. */
    readonly binds: number;
    /** submit_sm of those who were bound. */
    readonly submits: number;
    readonly accepted: number;
    readonly throttled: number;
    /** Refused for another reason than pace. */
    readonly refused: number;
    /** Receipts put on their way, duplicates included. */
    readonly receipts: number;
    /** Receipts that a fault kept back. */
    readonly receipts_missing: number;
    /** Connections that a fault cut. */
    readonly dropped: number;
    /** PDUs that a fault left unanswered. */
    readonly ignored: number;
    readonly garbage: number;
    /** unbind that we said. */
    readonly unbinds: number;
  };
};

/** The key that asks. */
export type GetMeAnswer = {
  readonly object: 'api_key';
  readonly id: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly last4: string;
  readonly mode: 'test' | 'live';
  readonly scopes: readonly ('messages:send' | 'messages:read' | 'messages:cancel' | 'messages:content' | 'conversations:read' | 'conversations:write' | 'contacts:read' | 'contacts:write' | 'contacts:export' | 'consents:read' | 'consents:write' | 'optouts:write' | 'suppressions:read' | 'suppressions:write' | 'templates:read' | 'templates:write' | 'rules:read' | 'rules:write' | 'senders:read' | 'senders:write' | 'events:read' | 'webhooks:read' | 'webhooks:write' | 'analytics:read' | 'balance:read' | 'prices:read' | 'prices:write' | 'keys:manage' | 'routes:manage' | 'smsc:read' | 'smsc:manage' | 'queues:read' | 'reviews:manage' | 'audit:read' | 'privacy:manage' | 'sandbox:use' | 'admin')[];
  readonly created_at: string;
  readonly expires_at: string | null;
  /** `paused`: texts are accepted and wait for POST /v1/resume. */
  readonly sending: 'on' | 'paused';
};

/** One text, its status, and what the carriers said about each of its parts. */
export type GetMessageAnswer = MessageDetail;

/** One of them. */
export type GetOptOutReviewAnswer = OptOutReview;

/** What became of an export or an erasure. */
export type GetPrivacyJobAnswer = PrivacyJob;

/** When each connected system confirmed the opt-outs of a number, the latest opt-out first. */
export type GetPropagationAnswer = Propagation;

/** What waits to be sent, by carrier and lane: how much, for how long, and until when. */
export type GetQueuesAnswer = {
  readonly object: 'queues';
  readonly mode: 'test' | 'live';
  /** Texts that wait for an hour, a person or a conversation. */
  readonly held: number;
  readonly scheduled: number;
  readonly data: readonly ({
    /** Null: no carrier is planned for them yet. */
    readonly smsc_id: string | null;
    readonly lane: 'otp' | 'normal' | 'bulk';
    /** Texts that wait for their turn, a retry or an answer. */
    readonly depth: number;
    readonly segments: number;
    /** Of them, under way to the carrier. */
    readonly sending: number;
    readonly oldest_seconds: number;
    /** Until the lane is empty, behind the lanes before it; null while the carrier is not up or its pace is not known. */
    readonly eta_seconds: number | null;
  })[];
};

/** One wait, what was answered, and whether the callback took it. */
export type GetReplyWaitAnswer = ReplyWait;

/** One rule. */
export type GetRuleAnswer = Rule;

/** One template with its versions, newest first. */
export type GetTemplateAnswer = {
  readonly id: string;
  readonly object: 'template';
  readonly mode: 'test' | 'live';
  readonly name: string;
  /** The newest one; texts are made of it. */
  readonly version: number;
  readonly body: string;
  /** Without a value, one that is required is TEMPLATE_VARIABLE_MISSING. */
  readonly variables: readonly ({
    readonly name: string;
    readonly required: boolean;
  })[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly versions: readonly ({
    readonly version: number;
    readonly body: string;
    readonly created_at: string;
  })[];
};

/** One delivery: what was sent, what was answered, how long it took. */
export type GetWebhookDeliveryAnswer = {
  /** The webhook-id of every attempt. */
  readonly id: string;
  readonly object: 'webhook_delivery';
  readonly mode: 'test' | 'live';
  /** Null = the status_callback of a text. */
  readonly endpoint_id: string | null;
  readonly event_type: string;
  readonly message_id: string | null;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  /** How long the last attempt took. */
  readonly duration_ms: number | null;
  readonly response_status: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  readonly created_at: string;
  readonly request: {
    readonly url: string;
    /** At most 2,000 characters; bodies of texts need messages:content. */
    readonly body: string | null;
  };
  readonly response: {
    readonly status: number | null;
    /** Its first 500 characters; needs messages:content. */
    readonly body: string | null;
  };
};

/** One address that events are sent to. */
export type GetWebhookEndpointAnswer = WebhookEndpoint;

/** The secret that signs what is sent to a status_callback. */
export type GetWebhookSecretAnswer = {
  readonly object: 'webhook_secret';
  /** Signs what is sent to a status_callback. */
  readonly secret: string;
};

/** Opt many numbers out, at most 10000 a request. A second import of the same numbers changes nothing. A table has the column number, and may have topic, reason and opted_out_at; others are left alone. */
export type ImportOptOutsBody = {
  readonly numbers: readonly (string)[];
  /** `*` = everything. */
  readonly topic?: string;
  readonly source?: 'web_form' | 'keyword' | 'import' | 'agent' | 'crm' | 'api' | 'paper' | 'verbal';
  readonly reason?: string;
  /** RFC 3339 with an offset. */
  readonly occurred_at?: string;
};

/** Opt many numbers out, at most 10000 a request. A second import of the same numbers changes nothing. A table has the column number, and may have topic, reason and opted_out_at; others are left alone. */
export type ImportOptOutsAnswer = ImportResult;

/** What is wrong about the wording of a text, or likely to be filtered. */
export type LintTemplateBody = {
  readonly body: string;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational';
  /** The sender, where it is known. */
  readonly from?: string;
  /** Where it is sent to. No rule depends on it yet. */
  readonly country?: string;
};

/** What is wrong about the wording of a text, or likely to be filtered. */
export type LintTemplateAnswer = {
  readonly object: 'lint';
  readonly lint: readonly ({
    readonly rule: 'reserved_opt_out_word' | 'reserved_word' | 'exclusive_opt_out' | 'opt_out_text_added' | 'opt_out_text_missing' | 'opt_out_link_missing' | 'opt_out_word_not_handled' | 'sender_cannot_be_answered' | 'sender_not_named' | 'public_shortener' | 'suspicious_link' | 'insecure_link' | 'shouting' | 'exclamation_marks' | 'health_birth_date' | 'health_record_number' | 'health_condition';
    readonly severity: 'warn' | 'error';
    readonly message: string;
    /** In `body`, in UTF-16 code units: start, and end behind it. */
    readonly at?: readonly (number)[];
    readonly suggestion?: string;
  })[];
};

/** Keys, newest first, revoked ones too. A test key sees test keys only. */
export type ListApiKeysQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Keys, newest first, revoked ones too. A test key sees test keys only. */
export type ListApiKeysAnswer = {
  readonly data: readonly (ApiKey)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Who did what, the newest first. Sends are not in it: their texts say by which key they came. */
export type ListAuditLogQuery = {
  /** One action, or all of a kind: `smsc.*`. */
  readonly action?: string;
  /** RFC 3339 with an offset. */
  readonly created_after?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Who did what, the newest first. Sends are not in it: their texts say by which key they came. */
export type ListAuditLogAnswer = {
  readonly data: readonly (AuditEntry)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Everything that has changed the balance, newest first. */
export type ListBalanceTransactionsQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Everything that has changed the balance, newest first. */
export type ListBalanceTransactionsAnswer = {
  readonly data: readonly (BalanceTransaction)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The texts of a batch, newest first. */
export type ListBatchMessagesQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** The texts of a batch, newest first. */
export type ListBatchMessagesAnswer = {
  readonly data: readonly (Message)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The campaigns of a time, with their figures. They are a few seconds behind. */
export type ListCampaignsQuery = {
  /** 90 days before `to` when left out. Widened to whole hours. */
  readonly from?: string;
  /** Now when left out. */
  readonly to?: string;
};

/** The campaigns of a time, with their figures. They are a few seconds behind. */
export type ListCampaignsAnswer = {
  /** At most 200, those with the most texts first. */
  readonly data: readonly ({
    /** The campaign_id of its texts. */
    readonly id: string;
    readonly object: 'campaign';
    readonly mode: 'test' | 'live';
    /** Texts that are over: the sample of the delivery rate. */
    readonly n: number;
    readonly messages: number;
    readonly sent: number;
    readonly delivered: number;
    readonly undelivered: number;
    readonly failed: number;
    readonly expired: number;
    readonly rejected: number;
    readonly canceled: number;
    /** Of 1; null for a sample below 20. */
    readonly delivery_rate: number | null;
    /** From the answer of the carrier to its receipt. */
    readonly median_delivery_seconds: number | null;
    readonly p95_delivery_seconds: number | null;
    readonly p99_delivery_seconds: number | null;
    /** From acceptance to the answer of the carrier. */
    readonly median_submit_seconds: number | null;
    readonly p95_submit_seconds: number | null;
    readonly p99_submit_seconds: number | null;
    /** Texts that were answered. */
    readonly replies: number;
    /** Of 1; null for a sample below 20. */
    readonly response_rate: number | null;
    readonly opt_outs: number;
    /** Of 1; null for a sample below 20. */
    readonly opt_out_rate: number | null;
    readonly segments: number;
    /** Decimal: the prices of the texts that a carrier took. */
    readonly cost: string;
    /** Of 1; null for a sample below 20. */
    readonly invalid_number_rate: number | null;
    readonly errors_by_code: Readonly<Record<string, number>>;
    /** What is worse than it should be, in a sample that can tell. */
    readonly alerts: readonly ('delivery_rate_low' | 'delivery_slow' | 'response_rate_low' | 'opt_out_rate_high')[];
  })[];
  readonly has_more: boolean;
  readonly next_cursor: null;
};

/** The carriers and how their binds are. */
export type ListCarriersAnswer = {
  readonly data: readonly (Smsc)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The systems that have to confirm every opt-out, beside the webhook endpoints. */
export type ListConnectedSystemsAnswer = {
  readonly data: readonly (ConnectedSystem)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Everything that was recorded about the consent of a number, the oldest first. */
export type ListConsentEventsQuery = {
  /** csv: a table, as with `Accept: text/csv`; without a limit at most 50,000 rows, and `Link` names the rest. */
  readonly format?: 'json' | 'csv';
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Everything that was recorded about the consent of a number, the oldest first. */
export type ListConsentEventsAnswer = {
  readonly data: readonly (ConsentEvent)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Contacts, the newest first. */
export type ListContactsQuery = {
  readonly owner?: string;
  /** The beginning of the number or of a word of the name. */
  readonly q?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Contacts, the newest first. */
export type ListContactsAnswer = {
  readonly data: readonly (Contact)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Every text between the two, the newest first, whoever or whatever sent it. */
export type ListConversationMessagesQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Every text between the two, the newest first, whoever or whatever sent it. */
export type ListConversationMessagesAnswer = {
  readonly data: readonly (Message)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What was noted for colleagues, the newest first. The contact never sees it. */
export type ListConversationNotesQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** What was noted for colleagues, the newest first. The contact never sees it. */
export type ListConversationNotesAnswer = {
  readonly data: readonly (ConversationNote)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Conversations, that with the newest text first. */
export type ListConversationsQuery = {
  readonly status?: 'open' | 'snoozed' | 'closed';
  /** Empty: nobody. */
  readonly assignee?: string;
  /** The contact's number. */
  readonly contact?: string;
  readonly tag?: string;
  readonly our_number?: string;
  /** The beginning of the contact's number or of a word of their name. */
  readonly q?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Conversations, that with the newest text first. */
export type ListConversationsAnswer = {
  readonly data: readonly (Conversation)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What happened in the last 30 days, the newest first. */
export type ListEventsQuery = {
  /** Types of events with commas between; `message.*` is every type of a text. */
  readonly type?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** What happened in the last 30 days, the newest first. */
export type ListEventsAnswer = {
  readonly data: readonly (Event)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What happened to one text, oldest first. */
export type ListMessageEventsAnswer = {
  readonly data: readonly ({
    readonly id: string;
    readonly object: 'event';
    readonly type: string;
    /** Counts the changes of one text. */
    readonly sequence: number;
    readonly mode: 'test' | 'live';
    readonly message_id: string;
    readonly created_at: string;
    /** What this change set. */
    readonly data: Readonly<Record<string, unknown>>;
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The history, newest first. */
export type ListMessagesQuery = {
  /** From this moment on. */
  readonly created_after?: string;
  /** Before this moment. */
  readonly created_before?: string;
  readonly to?: string;
  readonly from?: string;
  /** `accepted` means queued. */
  readonly status?: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received' | 'accepted';
  readonly direction?: 'outbound' | 'inbound';
  readonly client_ref?: string;
  readonly tag?: string;
  readonly campaign_id?: string;
  readonly conversation_id?: string;
  readonly error_code?: 'INVALID_REQUEST' | 'INVALID_NUMBER' | 'BODY_TOO_LONG' | 'TEMPLATE_VARIABLE_MISSING' | 'CONFLICTING_FIELDS' | 'SCHEDULE_OUT_OF_RANGE' | 'AUTH_FAILED' | 'INSUFFICIENT_BALANCE' | 'FORBIDDEN' | 'OPTED_OUT' | 'CONSENT_REQUIRED' | 'NOT_FOUND' | 'IDEMPOTENCY_IN_PROGRESS' | 'NOT_CANCELABLE' | 'NOT_FINAL' | 'EVENTS_GONE' | 'PAYLOAD_TOO_LARGE' | 'FILTERED' | 'UNSUPPORTED_CHANNEL' | 'SENDER_NOT_ALLOWED' | 'IDEMPOTENCY_KEY_REUSED' | 'QUIET_HOURS' | 'NO_CARRIER' | 'RATE_LIMITED' | 'UNKNOWN_ERROR' | 'SERVICE_UNAVAILABLE';
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** The history, newest first. */
export type ListMessagesAnswer = {
  readonly data: readonly (Message)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Replies that may have been meant as an opt-out, the newest first. Promotional texts to them wait. */
export type ListOptOutReviewsQuery = {
  readonly state?: 'open' | 'resolved';
  readonly number?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Replies that may have been meant as an opt-out, the newest first. Promotional texts to them wait. */
export type ListOptOutReviewsAnswer = {
  readonly data: readonly (OptOutReview)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Who has opted out, the newest first. */
export type ListOptOutsQuery = {
  readonly source?: string;
  /** `*` = everything. */
  readonly topic?: string;
  /** RFC 3339 with an offset. */
  readonly created_after?: string;
  /** csv: a table, as with `Accept: text/csv`; without a limit at most 50,000 rows, and `Link` names the rest. */
  readonly format?: 'json' | 'csv';
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Who has opted out, the newest first. */
export type ListOptOutsAnswer = {
  readonly data: readonly (OptOut)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The texts on one simulated phone, oldest first. */
export type ListPhoneMessagesAnswer = {
  readonly data: readonly ({
    readonly object: 'phone_message';
    readonly direction: 'to_phone' | 'from_phone';
    readonly from: string;
    readonly to: string;
    readonly body: string;
    readonly encoding: string;
    readonly segments: number;
    readonly at: string;
    /** The carrier's id of each part. */
    readonly carrier_message_ids: readonly (string)[];
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The simulated phones that got or wrote a text. */
export type ListPhonesAnswer = {
  readonly data: readonly ({
    readonly object: 'phone';
    readonly number: string;
    readonly messages: number;
    readonly last_at: string;
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What a segment costs, by destination. The longest prefix wins; a country goes before its calling code. */
export type ListPricesAnswer = {
  readonly data: readonly (Price)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What is and was waited for, the newest first. */
export type ListReplyWaitsQuery = {
  /** matched: answered, and the callback, if there is one, is being told; delivered: it took the reply; gone: nobody was there to take it. */
  readonly state?: 'waiting' | 'matched' | 'delivered' | 'timed_out' | 'canceled' | 'gone';
  readonly to?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** What is and was waited for, the newest first. */
export type ListReplyWaitsAnswer = {
  readonly data: readonly (ReplyWait)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Texts that a person has to look at, the newest first. */
export type ListReviewQueueQuery = {
  readonly state?: 'open' | 'resolved';
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Texts that a person has to look at, the newest first. */
export type ListReviewQueueAnswer = {
  readonly data: readonly (FailureReview)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The rules by which texts find their carrier, in the order of their priority. */
export type ListRoutesAnswer = {
  readonly data: readonly (Route)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The keyword rules, in the order in which they are asked. */
export type ListRulesAnswer = {
  readonly data: readonly (Rule)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Senders that stand in for each other, newest first. */
export type ListSenderPoolsAnswer = {
  readonly data: readonly (SenderPool)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What is known of senders in each country: your own rules and those that are shipped, by country. */
export type ListSenderRulesAnswer = {
  readonly data: readonly (SenderRule)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The numbers and names that texts are sent from, newest first. */
export type ListSendersAnswer = {
  readonly data: readonly (Sender)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Numbers that are not texted for reasons other than consent, the newest first. */
export type ListSuppressionsQuery = {
  readonly list?: 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';
  readonly number?: string;
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** Numbers that are not texted for reasons other than consent, the newest first. */
export type ListSuppressionsAnswer = {
  readonly data: readonly (Suppression)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The templates, newest first. */
export type ListTemplatesQuery = {
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** The templates, newest first. */
export type ListTemplatesAnswer = {
  readonly data: readonly (Template)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What was sent there, the newest first. */
export type ListWebhookDeliveriesQuery = {
  readonly status?: 'pending' | 'delivered' | 'failed';
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** What was sent there, the newest first. */
export type ListWebhookDeliveriesAnswer = {
  readonly data: readonly (WebhookDelivery)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Where events are sent, newest first. */
export type ListWebhookEndpointsAnswer = {
  readonly data: readonly (WebhookEndpoint)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Keep back what has not left yet. */
export type PauseBatchAnswer = Batch;

/** Start no new text on a carrier; receipts and texts from phones still come in. It lasts over restarts. */
export type PauseCarrierAnswer = Smsc;

/** The kill switch: no text of the mode of the key leaves any more, on no carrier and over restarts. Texts are still accepted and wait. Other servers follow within seconds. */
export type PauseSendingAnswer = SendingState;

/** What would become of a text: sender, encoding, segments, consent, hours, route. Nothing is stored or sent. */
export type PreviewMessageBody = {
  /** The recipient, E.164. */
  readonly to: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
  readonly body?: string | null;
  readonly template_id?: string | null;
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
  /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
  readonly validity_period?: number | null;
  readonly status_callback?: string | null;
  /** Your own reference. */
  readonly client_ref?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** What to do when the connection broke before the carrier answered. */
  readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
  /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
  /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
  readonly smart_encoding?: boolean | null;
  /** A longer text is refused. */
  readonly max_segments?: number | null;
  /** Shown at once and not kept by the phone (class 0). */
  readonly flash?: boolean | null;
  /** What the recipient may have agreed to, and may have ended. */
  readonly topic?: string | null;
  /** When it is to go: RFC 3339, up to 366 days ahead. */
  readonly schedule_for?: string | null;
  /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
  readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
  /** Wait for the reply; the answer has the id of the wait. */
  readonly expect_reply?: {
    readonly match?: readonly (string)[] | {
      readonly type: 'approval';
      readonly approve?: readonly (string)[];
      readonly decline?: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'choice';
      readonly choices: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'free_text';
    } | null;
    readonly timeout_seconds?: number | null;
    readonly callback_url?: string | null;
  } | null;
  /** Nothing is stored or sent: the answer, with status 200, is that of POST /v1/messages/preview. */
  readonly dry_run?: boolean | null;
  readonly tags?: readonly (string)[] | null;
  readonly campaign_id?: string | null;
  readonly send_window?: {
    /** Left out = every day. */
    readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    readonly from: string;
    /** No longer included; before `from` = on the next day. */
    readonly to: string;
    /** IANA name, or `recipient`. */
    readonly time_zone: string;
  } | null;
  /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
  readonly priority?: 'low' | 'normal' | 'high' | null;
  /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
  readonly on_failure?: Readonly<Record<string, string>> | null;
  /** Of a recipient without a country code. */
  readonly default_country?: string | null;
  readonly channel?: 'sms' | null;
};

/** What would become of a text: sender, encoding, segments, consent, hours, route. Nothing is stored or sent. */
export type PreviewMessageAnswer = Preview;

/** What would become of the text that the template makes of these variables. Nothing is stored or sent. */
export type PreviewTemplateBody = {
  /** Values for {{name}} and {{contact.firstname}} in the text. */
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>>;
  /** The recipient, E.164. */
  readonly to: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
};

/** What would become of the text that the template makes of these variables. Nothing is stored or sent. */
export type PreviewTemplateAnswer = Preview;

/** Name a system that has to confirm every opt-out from now on. */
export type PutConnectedSystemBody = {
  readonly name: string;
};

/** Name a system that has to confirm every opt-out from now on. */
export type PutConnectedSystemAnswer = ConnectedSystem;

/** Store a contact, in place of whatever was known. Zone, state and country decide what counts as night. */
export type PutContactBody = {
  readonly name?: string | null;
  readonly time_zone?: string | null;
  readonly state?: string | null;
  readonly country?: string | null;
  readonly language?: string | null;
  /** Who looks after the contact; comes with every text from them. */
  readonly owner?: string | null;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** Store a contact, in place of whatever was known. Zone, state and country decide what counts as night. */
export type PutContactAnswer = Contact;

/** Bind anew at once: what waits for its next try waits no longer, what is bound drains first. */
export type RebindCarrierAnswer = Smsc;

/** Record an opt-in or an opt-out with what proves it. Nothing that was recorded is ever changed. */
export type RecordConsentBody = {
  readonly number: string;
  readonly action: 'opt_in' | 'opt_out';
  /** `*` = everything. */
  readonly topic?: string;
  readonly source: 'web_form' | 'keyword' | 'import' | 'agent' | 'crm' | 'api' | 'paper' | 'verbal';
  readonly method?: 'written' | 'electronic' | 'verbal' | 'keyword';
  /** Required for an opt-in. */
  readonly evidence?: {
    readonly text?: string;
    readonly url?: string;
    readonly ip?: string;
    readonly user_agent?: string;
    readonly form_version?: string;
    readonly page_snapshot_hash?: string;
    readonly checkbox_state?: string;
    readonly screenshot_ref?: string;
    readonly call_ref?: string;
    readonly file_ref?: string;
    readonly actor?: string;
  };
  /** What the recipient was told they agree to. */
  readonly disclosure?: string;
  /** RFC 3339 with an offset. */
  readonly occurred_at?: string;
  /** RFC 3339 with an offset. */
  readonly expires_at?: string;
  readonly jurisdiction?: string;
  readonly language?: string;
  readonly message_id?: string;
  /** Takes back an opt-out that the recipient texted; only at their own request. */
  readonly override?: 'recipient_request';
};

/** Record an opt-in or an opt-out with what proves it. Nothing that was recorded is ever changed. */
export type RecordConsentAnswer = RecordedConsent;

/** Send it what it missed: what failed, and what happened while it was off. */
export type RecoverWebhookDeliveriesBody = {
  /** RFC 3339 with an offset. */
  readonly since: string;
  /** Now when left out. */
  readonly until?: string;
};

/** Send it what it missed: what failed, and what happened while it was off. */
export type RecoverWebhookDeliveriesAnswer = {
  readonly object: 'webhook_recovery';
  readonly deliveries: number;
  /** False: call again with `until` as `since`. */
  readonly complete: boolean;
  readonly until: string;
};

/** Put a new price list in the place of the old one. Texts that were accepted before keep their price. */
export type ReplacePricesBody = {
  readonly prices: readonly ({
    /** The beginning of a number in E.164; `+` is every number. */
    readonly prefix: string;
    /** Decimal, of one segment. */
    readonly price: string;
  } | {
    readonly country: string;
    /** Decimal, of one segment. */
    readonly price: string;
  })[];
};

/** Put a new price list in the place of the old one. Texts that were accepted before keep their price. */
export type ReplacePricesAnswer = {
  readonly data: readonly (Price)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Answer the contact, from the number that they wrote to. What holds for every text holds for a reply. */
export type ReplyInConversationBody = {
  /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
  readonly body?: string | null;
  readonly template_id?: string | null;
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
  /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
  readonly validity_period?: number | null;
  readonly status_callback?: string | null;
  /** Your own reference. */
  readonly client_ref?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** What to do when the connection broke before the carrier answered. */
  readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
  /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
  /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
  readonly smart_encoding?: boolean | null;
  /** A longer text is refused. */
  readonly max_segments?: number | null;
  /** Shown at once and not kept by the phone (class 0). */
  readonly flash?: boolean | null;
  /** What the recipient may have agreed to, and may have ended. */
  readonly topic?: string | null;
  /** When it is to go: RFC 3339, up to 366 days ahead. */
  readonly schedule_for?: string | null;
  /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
  readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
  /** Wait for the reply; the answer has the id of the wait. */
  readonly expect_reply?: {
    readonly match?: readonly (string)[] | {
      readonly type: 'approval';
      readonly approve?: readonly (string)[];
      readonly decline?: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'choice';
      readonly choices: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'free_text';
    } | null;
    readonly timeout_seconds?: number | null;
    readonly callback_url?: string | null;
  } | null;
  readonly tags?: readonly (string)[] | null;
  readonly campaign_id?: string | null;
  readonly send_window?: {
    /** Left out = every day. */
    readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    readonly from: string;
    /** No longer included; before `from` = on the next day. */
    readonly to: string;
    /** IANA name, or `recipient`. */
    readonly time_zone: string;
  } | null;
  /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
  readonly priority?: 'low' | 'normal' | 'high' | null;
  /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
  readonly on_failure?: Readonly<Record<string, string>> | null;
  /** Of a recipient without a country code. */
  readonly default_country?: string | null;
  /** The person who wrote it; kept with the text. */
  readonly sent_by?: string | null;
};

/** Answer the contact, from the number that they wrote to. What holds for every text holds for a reply. */
export type ReplyInConversationAnswer = NewMessage;

/** Ask a recipient by text to confirm that they want texts. Y or YES within 24 hours, while nothing else was sent to them since, is recorded as an opt-in to the topic, with both texts as evidence. STOP ends it. */
export type RequestOptInBody = {
  readonly number: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** `*` = everything. */
  readonly topic: string;
  /** What the recipient agrees to. How to confirm (Reply Y) and how to opt out is added to it. */
  readonly text?: string;
  /** Of what is added: en, fr, es, de, pt, it or nl; others = en. */
  readonly language?: string;
};

/** Ask a recipient by text to confirm that they want texts. Y or YES within 24 hours, while nothing else was sent to them since, is recorded as an opt-in to the topic, with both texts as evidence. STOP ends it. */
export type RequestOptInAnswer = NewMessage;

/** Send a text that did not arrive again, as a new one. */
export type ResendMessageAnswer = {
  readonly status: 'scheduled' | 'held' | 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'rejected' | 'expired' | 'canceled' | 'received';
  readonly message_id: string;
  readonly to: string;
  /** Decimal; null while no balance is kept. */
  readonly remaining_balance: string | null;
  /** Decimal; null while no price is known. */
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  readonly mode: 'test' | 'live';
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';
  readonly segments: number;
  readonly flash: boolean;
  /** What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request. */
  readonly smart_replacements: readonly ({
    readonly at: number;
    readonly from: string;
    readonly to: string;
  })[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  readonly created_at: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
  };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: {
    readonly code: string;
    readonly class: 'fix' | 'retry' | 'suppress' | 'review';
    readonly reason?: string;
    readonly message: string;
    /** The carrier's own words. */
    readonly upstream?: {
      readonly command_status?: string;
      readonly receipt_state?: string;
      readonly receipt_error?: string;
      readonly raw?: string;
    };
  } | null;
  readonly attempts: number;
  /** True: the recipient may have got it twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  /** Of the last attempt; null is not measured. */
  readonly latency_ms: {
    readonly queue: number | null;
    readonly submit: number | null;
    readonly network: number | null;
  };
  /** True: parts of this inbound text never came; […] stands for them. */
  readonly incomplete: boolean;
  /** Their numbers, from 1; null when complete. */
  readonly missing_parts: readonly (number)[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which one of its campaign, where there are several. */
  readonly variant: string | null;
  readonly tags: readonly (string)[];
  /** Where the text is from. */
  readonly template: {
    readonly id: string;
    readonly version: number;
  } | null;
  readonly priority: 'low' | 'normal' | 'high';
  /** The text that it is sent again for. */
  readonly resend_of: string;
};

/** Send it again, under the same webhook-id. */
export type ResendWebhookDeliveryAnswer = WebhookDelivery;

/** Decide what a reply meant. It decides every open review of the number, and can be decided once. */
export type ResolveOptOutReviewBody = {
  readonly decision: 'opt_out' | 'not_opt_out';
};

/** Decide what a reply meant. It decides every open review of the number, and can be decided once. */
export type ResolveOptOutReviewAnswer = OptOutReview;

/** Decide what becomes of a text. It can be decided once. */
export type ResolveReviewQueueItemBody = {
  /** `resend` sends it again, `edit` sends `body` instead, `suppress` texts the number no more, `discard` does nothing. */
  readonly action: 'resend' | 'discard' | 'suppress' | 'edit';
  /** Only with `edit`. */
  readonly body?: string;
};

/** Decide what becomes of a text. It can be decided once. */
export type ResolveReviewQueueItemAnswer = FailureReview;

/** Which sender a text would get, and why. */
export type ResolveSenderQuery = {
  readonly to?: string;
  /** A sender, or the id of a pool. */
  readonly from?: string;
  readonly type?: 'transactional' | 'promotional' | 'otp' | 'conversational';
};

/** Which sender a text would get, and why. */
export type ResolveSenderAnswer = {
  readonly object: 'sender_choice';
  readonly to: string;
  readonly country: string | null;
  readonly message_type: 'transactional' | 'promotional' | 'otp' | 'conversational';
  /** Null: no sender may be used, a text would be refused. */
  readonly from: string | null;
  readonly reason: string;
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  /** What is stored of it; null: it is none of your senders. */
  readonly sender: Sender | null;
};

/** Go on with a paused batch, at its rate. */
export type ResumeBatchAnswer = Batch;

/** Let a paused carrier send again. */
export type ResumeCarrierAnswer = Smsc;

/** Let texts leave again after a pause. */
export type ResumeSendingAnswer = SendingState;

/** Give a key another secret. Both are good for overlap_seconds. */
export type RotateApiKeyBody = {
  /** How long the key before stays good; 0 = it ends at once. Of earlier ones none is good any more. */
  readonly overlap_seconds?: number;
};

/** Give a key another secret. Both are good for overlap_seconds. */
export type RotateApiKeyAnswer = NewApiKey;

/** Make a new secret. For a time both sign, so that no receiver has to change at the same moment. */
export type RotateWebhookSecretBody = {
  /** For so long the old secret signs beside the new one; a day when left out. */
  readonly overlap_seconds?: number;
};

/** Make a new secret. For a time both sign, so that no receiver has to change at the same moment. */
export type RotateWebhookSecretAnswer = {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly mode: 'test' | 'live';
  readonly url: string;
  readonly event_types: readonly (string)[];
  readonly description: string | null;
  readonly filter: {
    /** What a contact writes within so many seconds comes as one text, with all ids in `combined`. */
    readonly buffer_seconds?: number;
    /** Only texts to these numbers of yours. */
    readonly to?: readonly (string)[];
    /** Only texts from these numbers. */
    readonly from?: readonly (string)[];
    /** Only texts that are, or begin with, these words. */
    readonly keyword?: {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly equals: string;
    } | {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly starts_with: string;
    };
  } | null;
  readonly enabled: boolean;
  /** Why it was turned off by itself: it answered 410, or failed for five days. */
  readonly disabled_reason: 'gone' | 'failing' | null;
  /** Since when nothing but failures came back. */
  readonly failing_since: string | null;
  readonly created_at: string;
  /** Signs from now on. Shown this once. */
  readonly secret: string;
  /** Until then the old secret signs too. */
  readonly previous_secret_until: string | null;
};

/** Accept up to 500 texts, each for itself: 202 also when some of them are refused. */
export type SendBatchBody = {
  /** Up to 500 texts, each as in POST /v1/messages/send. */
  readonly messages: readonly ({
    /** The recipient, E.164. */
    readonly to: string;
    /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
    readonly from?: string | null;
    /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
    readonly body?: string | null;
    readonly template_id?: string | null;
    readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
    readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
    /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
    readonly validity_period?: number | null;
    readonly status_callback?: string | null;
    /** Your own reference. */
    readonly client_ref?: string | null;
    readonly metadata?: Readonly<Record<string, string>> | null;
    /** What to do when the connection broke before the carrier answered. */
    readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
    /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
    readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
    /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
    readonly smart_encoding?: boolean | null;
    /** A longer text is refused. */
    readonly max_segments?: number | null;
    /** Shown at once and not kept by the phone (class 0). */
    readonly flash?: boolean | null;
    /** What the recipient may have agreed to, and may have ended. */
    readonly topic?: string | null;
    /** When it is to go: RFC 3339, up to 366 days ahead. */
    readonly schedule_for?: string | null;
    /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
    readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
    /** Wait for the reply; the answer has the id of the wait. */
    readonly expect_reply?: {
      readonly match?: readonly (string)[] | {
        readonly type: 'approval';
        readonly approve?: readonly (string)[];
        readonly decline?: readonly (string)[];
        /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
        readonly reminder?: string;
      } | {
        readonly type: 'choice';
        readonly choices: readonly (string)[];
        /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
        readonly reminder?: string;
      } | {
        readonly type: 'free_text';
      } | null;
      readonly timeout_seconds?: number | null;
      readonly callback_url?: string | null;
    } | null;
    readonly tags?: readonly (string)[] | null;
    readonly campaign_id?: string | null;
    readonly send_window?: {
      /** Left out = every day. */
      readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      readonly from: string;
      /** No longer included; before `from` = on the next day. */
      readonly to: string;
      /** IANA name, or `recipient`. */
      readonly time_zone: string;
    } | null;
    /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
    readonly priority?: 'low' | 'normal' | 'high' | null;
    /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
    readonly on_failure?: Readonly<Record<string, string>> | null;
    /** Of a recipient without a country code. */
    readonly default_country?: string | null;
    readonly channel?: 'sms' | null;
    /** As the header of POST /v1/messages/send, for this text alone; it is known there, too. */
    readonly idempotency_key?: string | null;
  })[];
  /** For every field that an item leaves out. */
  readonly defaults?: {
    /** The recipient, E.164. */
    readonly to?: string;
    /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
    readonly from?: string | null;
    /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
    readonly body?: string | null;
    readonly template_id?: string | null;
    readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
    readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
    /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
    readonly validity_period?: number | null;
    readonly status_callback?: string | null;
    /** Your own reference. */
    readonly client_ref?: string | null;
    readonly metadata?: Readonly<Record<string, string>> | null;
    /** What to do when the connection broke before the carrier answered. */
    readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
    /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
    readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
    /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
    readonly smart_encoding?: boolean | null;
    /** A longer text is refused. */
    readonly max_segments?: number | null;
    /** Shown at once and not kept by the phone (class 0). */
    readonly flash?: boolean | null;
    /** What the recipient may have agreed to, and may have ended. */
    readonly topic?: string | null;
    /** When it is to go: RFC 3339, up to 366 days ahead. */
    readonly schedule_for?: string | null;
    /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
    readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
    /** Wait for the reply; the answer has the id of the wait. */
    readonly expect_reply?: {
      readonly match?: readonly (string)[] | {
        readonly type: 'approval';
        readonly approve?: readonly (string)[];
        readonly decline?: readonly (string)[];
        /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
        readonly reminder?: string;
      } | {
        readonly type: 'choice';
        readonly choices: readonly (string)[];
        /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
        readonly reminder?: string;
      } | {
        readonly type: 'free_text';
      } | null;
      readonly timeout_seconds?: number | null;
      readonly callback_url?: string | null;
    } | null;
    readonly tags?: readonly (string)[] | null;
    readonly campaign_id?: string | null;
    readonly send_window?: {
      /** Left out = every day. */
      readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      readonly from: string;
      /** No longer included; before `from` = on the next day. */
      readonly to: string;
      /** IANA name, or `recipient`. */
      readonly time_zone: string;
    } | null;
    /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
    readonly priority?: 'low' | 'normal' | 'high' | null;
    /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
    readonly on_failure?: Readonly<Record<string, string>> | null;
    /** Of a recipient without a country code. */
    readonly default_country?: string | null;
    readonly channel?: 'sms' | null;
  } | null;
  /** `all_or_nothing`: when one text would be refused, none is accepted. */
  readonly mode?: 'partial' | 'all_or_nothing' | null;
  /** How many may leave in a minute; the rest is scheduled. Left out = as fast as carriers take them. */
  readonly rate_per_minute?: number | null;
  /** For items that have no time of their own. */
  readonly schedule_for?: string | null;
  readonly campaign_id?: string | null;
  readonly variants?: readonly ({
    readonly name: string;
    /** Its share of the sum of all weights. */
    readonly weight?: number | null;
    /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
    readonly body?: string | null;
    readonly template_id?: string | null;
    readonly schedule_for?: string | null;
  })[] | null;
  /** `to`: one text per number, the first one. */
  readonly dedupe?: 'to' | null;
};

/** Accept up to 500 texts, each for itself: 202 also when some of them are refused. */
export type SendBatchAnswer = {
  readonly batch_id: string;
  readonly object: 'batch';
  readonly mode: 'test' | 'live';
  readonly status: 'processing' | 'paused' | 'canceled' | 'completed';
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly links: {
    readonly self: string;
    readonly messages: string;
  };
  /** Of all accepted texts. */
  readonly segments: number;
  /** Different texts, before their variables are filled in. */
  readonly distinct_bodies: number;
  /** How many texts were accepted of each; empty when there are none. */
  readonly variants: readonly ({
    readonly name: string;
    readonly accepted: number;
  })[];
  readonly warnings: readonly ({
    readonly code: string;
    readonly message: string;
  })[];
  /** One for each text, in the order of the request. */
  readonly results: readonly ({
    readonly index: number;
    /** That of the text, `rejected` or `duplicate`. */
    readonly status: string;
    readonly to: string | null;
    /** Null when nothing was stored. */
    readonly message_id: string | null;
    readonly client_ref: string | null;
    readonly variant: string | null;
    readonly message_price: string | null;
    readonly segments: number | null;
    /** The index of the item that goes to this number. */
    readonly duplicate_of: number | null;
    readonly error: {
      readonly code: string;
      readonly detail: string;
      /** JSON pointer into the request. */
      readonly param: string | null;
    } | null;
  })[];
};

/** Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived. */
export type SendMessageBody = {
  /** The recipient, E.164. */
  readonly to: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
  readonly body?: string | null;
  readonly template_id?: string | null;
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
  /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
  readonly validity_period?: number | null;
  readonly status_callback?: string | null;
  /** Your own reference. */
  readonly client_ref?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** What to do when the connection broke before the carrier answered. */
  readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
  /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
  /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
  readonly smart_encoding?: boolean | null;
  /** A longer text is refused. */
  readonly max_segments?: number | null;
  /** Shown at once and not kept by the phone (class 0). */
  readonly flash?: boolean | null;
  /** What the recipient may have agreed to, and may have ended. */
  readonly topic?: string | null;
  /** When it is to go: RFC 3339, up to 366 days ahead. */
  readonly schedule_for?: string | null;
  /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
  readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
  /** Wait for the reply; the answer has the id of the wait. */
  readonly expect_reply?: {
    readonly match?: readonly (string)[] | {
      readonly type: 'approval';
      readonly approve?: readonly (string)[];
      readonly decline?: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'choice';
      readonly choices: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'free_text';
    } | null;
    readonly timeout_seconds?: number | null;
    readonly callback_url?: string | null;
  } | null;
  /** Nothing is stored or sent: the answer, with status 200, is that of POST /v1/messages/preview. */
  readonly dry_run?: boolean | null;
  readonly tags?: readonly (string)[] | null;
  readonly campaign_id?: string | null;
  readonly send_window?: {
    /** Left out = every day. */
    readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    readonly from: string;
    /** No longer included; before `from` = on the next day. */
    readonly to: string;
    /** IANA name, or `recipient`. */
    readonly time_zone: string;
  } | null;
  /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
  readonly priority?: 'low' | 'normal' | 'high' | null;
  /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
  readonly on_failure?: Readonly<Record<string, string>> | null;
  /** Of a recipient without a country code. */
  readonly default_country?: string | null;
  readonly channel?: 'sms' | null;
};

/** Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived. */
export type SendMessageAnswer = AcceptedMessage;

/** POST /v1/messages/send for those who come from another API: it also takes the names of that. */
export type SendSmsBody = {
  /** The recipient, E.164. */
  readonly to?: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
  readonly body?: string | null;
  readonly template_id?: string | null;
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
  /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
  readonly validity_period?: number | null;
  readonly status_callback?: string | null;
  /** Your own reference. */
  readonly client_ref?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** What to do when the connection broke before the carrier answered. */
  readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
  /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
  /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
  readonly smart_encoding?: boolean | null;
  /** A longer text is refused. */
  readonly max_segments?: number | null;
  /** Shown at once and not kept by the phone (class 0). */
  readonly flash?: boolean | null;
  /** What the recipient may have agreed to, and may have ended. */
  readonly topic?: string | null;
  /** When it is to go: RFC 3339, up to 366 days ahead. */
  readonly schedule_for?: string | null;
  /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
  readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
  /** Wait for the reply; the answer has the id of the wait. */
  readonly expect_reply?: {
    readonly match?: readonly (string)[] | {
      readonly type: 'approval';
      readonly approve?: readonly (string)[];
      readonly decline?: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'choice';
      readonly choices: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'free_text';
    } | null;
    readonly timeout_seconds?: number | null;
    readonly callback_url?: string | null;
  } | null;
  /** Nothing is stored or sent: the answer, with status 200, is that of POST /v1/messages/preview. */
  readonly dry_run?: boolean | null;
  readonly tags?: readonly (string)[] | null;
  readonly campaign_id?: string | null;
  readonly send_window?: {
    /** Left out = every day. */
    readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    readonly from: string;
    /** No longer included; before `from` = on the next day. */
    readonly to: string;
    /** IANA name, or `recipient`. */
    readonly time_zone: string;
  } | null;
  /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
  readonly priority?: 'low' | 'normal' | 'high' | null;
  /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
  readonly on_failure?: Readonly<Record<string, string>> | null;
  /** Of a recipient without a country code. */
  readonly default_country?: string | null;
  readonly channel?: 'sms' | null;
  /** The same as `to`. */
  readonly recipient?: string | null;
  /** The same as `from`. */
  readonly sender_id?: string | null;
  /** The same as `body`. */
  readonly message?: string | null;
  /** The same as `body`. */
  readonly text?: string | null;
  /** The same as `body`. */
  readonly content?: string | null;
};

/** POST /v1/messages/send for those who come from another API: it also takes the names of that. */
export type SendSmsAnswer = AcceptedMessage;

/** POST /v1/messages/send for those who come from another API: it also takes the names of that. */
export type SendSmsCompatibleBody = {
  /** The recipient, E.164. */
  readonly to?: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** The text. Required without `template_id`; {{name}} is filled in when there are `variables`. */
  readonly body?: string | null;
  readonly template_id?: string | null;
  readonly variables?: Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, string | number | boolean | null>>>> | null;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
  /** Seconds until it expires, counted from acceptance. One-time codes live 300 when left out. */
  readonly validity_period?: number | null;
  readonly status_callback?: string | null;
  /** Your own reference. */
  readonly client_ref?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** What to do when the connection broke before the carrier answered. */
  readonly on_ambiguous?: 'default' | 'resend' | 'hold' | null;
  /** `gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2' | null;
  /** Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2. */
  readonly smart_encoding?: boolean | null;
  /** A longer text is refused. */
  readonly max_segments?: number | null;
  /** Shown at once and not kept by the phone (class 0). */
  readonly flash?: boolean | null;
  /** What the recipient may have agreed to, and may have ended. */
  readonly topic?: string | null;
  /** When it is to go: RFC 3339, up to 366 days ahead. */
  readonly schedule_for?: string | null;
  /** At the recipient: wait for the morning, refuse, or send all the same (scope consents:write). */
  readonly quiet_hours?: 'hold' | 'reject' | 'ignore' | null;
  /** Wait for the reply; the answer has the id of the wait. */
  readonly expect_reply?: {
    readonly match?: readonly (string)[] | {
      readonly type: 'approval';
      readonly approve?: readonly (string)[];
      readonly decline?: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'choice';
      readonly choices: readonly (string)[];
      /** Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes. */
      readonly reminder?: string;
    } | {
      readonly type: 'free_text';
    } | null;
    readonly timeout_seconds?: number | null;
    readonly callback_url?: string | null;
  } | null;
  /** Nothing is stored or sent: the answer, with status 200, is that of POST /v1/messages/preview. */
  readonly dry_run?: boolean | null;
  readonly tags?: readonly (string)[] | null;
  readonly campaign_id?: string | null;
  readonly send_window?: {
    /** Left out = every day. */
    readonly days?: readonly ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    readonly from: string;
    /** No longer included; before `from` = on the next day. */
    readonly to: string;
    /** IANA name, or `recipient`. */
    readonly time_zone: string;
  } | null;
  /** `high` goes with the one-time codes and is refused for promotional texts; `low` goes last. */
  readonly priority?: 'low' | 'normal' | 'high' | null;
  /** Handed back in the events of a text that did not arrive: for whoever tries another way. */
  readonly on_failure?: Readonly<Record<string, string>> | null;
  /** Of a recipient without a country code. */
  readonly default_country?: string | null;
  readonly channel?: 'sms' | null;
  /** The same as `to`. */
  readonly recipient?: string | null;
  /** The same as `from`. */
  readonly sender_id?: string | null;
  /** The same as `body`. */
  readonly message?: string | null;
  /** The same as `body`. */
  readonly text?: string | null;
  /** The same as `body`. */
  readonly content?: string | null;
};

/** POST /v1/messages/send for those who come from another API: it also takes the names of that. */
export type SendSmsCompatibleAnswer = AcceptedMessage;

/** Change the password of a carrier that was added here. Binds that are down try it at once. */
export type SetCarrierPasswordBody = {
  readonly password: string;
};

/** Change the password of a carrier that was added here. Binds that are down try it at once. */
export type SetCarrierPasswordAnswer = Smsc;

/** Make the simulated carrier misbehave. What is left out stays as it is. */
export type SetFaultsBody = {
  /** How long a receipt takes. */
  readonly receipt_delay_ms?: number;
  /** How long an answer takes. */
  readonly response_delay_ms?: number;
  /** Up to so much more, by chance: receipts overtake each other. */
  readonly receipt_jitter_ms?: number;
  /** Up to so much more, by chance: answers overtake each other. */
  readonly response_jitter_ms?: number;
  readonly receipt_before_response?: boolean;
  /** How ids are written in answers. */
  readonly id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
  /** How ids are written in receipts. */
  readonly receipt_id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
  /** More are throttled; 0 = no limit. */
  readonly throttle_per_second?: number;
  /** Texts that are throttled whatever the pace. */
  readonly throttle_percent?: number;
  /** Texts that are refused with `refuse_status`. */
  readonly refuse_percent?: number;
  /** A command_status (SMPP 3.4, 5.1.3). */
  readonly refuse_status?: number;
  /** False: no receipt ever comes. */
  readonly receipts?: boolean;
  /** Texts that get a receipt; the other receipts are lost. */
  readonly receipt_percent?: number;
  /** Where a receipt says what it says. */
  readonly receipt_form?: 'text_and_tlv' | 'text' | 'tlv';
  /** How often each receipt comes once more. */
  readonly duplicate_receipts?: number;
  /** Cut the connection before a text is taken, or in the middle of the answer to it. */
  readonly drop?: 'none' | 'request' | 'answer';
  /** How many octets of the answer get out before the cut. */
  readonly drop_at_octet?: number;
  /** How many connections are cut. */
  readonly drop_times?: number;
  /** New connections are accepted and never answered. */
  readonly half_open?: boolean;
  /** Each connection goes silent after so many texts, without closing; null = never. */
  readonly black_hole_after?: number | null;
  /** Nonsense before an answer: whole PDUs, or octets that are none. */
  readonly garbage?: 'none' | 'pdus' | 'octets';
  /** Answers with nonsense before them. */
  readonly garbage_percent?: number;
  /** Say unbind to everybody again and again; 0 = never. */
  readonly unbind_every_ms?: number;
  /** How often at most. */
  readonly unbind_times?: number;
  /** Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED. */
  readonly handsets_off?: readonly (string)[];
  /** How long the carrier keeps trying a phone that is off. */
  readonly handset_off_ms?: number;
  /** The same seed, the same chances. */
  readonly seed?: number;
  /** All faults end by themselves after so long; null = they stay until they are taken back. */
  readonly for_ms?: number | null;
  /** Faults over time: a scenario by its name, or one of your own. */
  readonly scenario?: 'busy-hour' | 'throttled' | 'flapping' | 'black-hole' | 'half-open' | 'receipts-astray' | 'foreign-ids' | 'tlv-receipts' | 'nonsense' | 'unbind-storm' | 'handset-off' | {
    readonly about: string;
    readonly ends_at_ms: number;
    readonly steps: readonly ({
      readonly at_ms: number;
      readonly faults: {
        /** How long a receipt takes. */
        readonly receipt_delay_ms?: number;
        /** How long an answer takes. */
        readonly response_delay_ms?: number;
        /** Up to so much more, by chance: receipts overtake each other. */
        readonly receipt_jitter_ms?: number;
        /** Up to so much more, by chance: answers overtake each other. */
        readonly response_jitter_ms?: number;
        readonly receipt_before_response?: boolean;
        /** How ids are written in answers. */
        readonly id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
        /** How ids are written in receipts. */
        readonly receipt_id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
        /** More are throttled; 0 = no limit. */
        readonly throttle_per_second?: number;
        /** Texts that are throttled whatever the pace. */
        readonly throttle_percent?: number;
        /** Texts that are refused with `refuse_status`. */
        readonly refuse_percent?: number;
        /** A command_status (SMPP 3.4, 5.1.3). */
        readonly refuse_status?: number;
        /** False: no receipt ever comes. */
        readonly receipts?: boolean;
        /** Texts that get a receipt; the other receipts are lost. */
        readonly receipt_percent?: number;
        /** Where a receipt says what it says. */
        readonly receipt_form?: 'text_and_tlv' | 'text' | 'tlv';
        /** How often each receipt comes once more. */
        readonly duplicate_receipts?: number;
        /** Cut the connection before a text is taken, or in the middle of the answer to it. */
        readonly drop?: 'none' | 'request' | 'answer';
        /** How many octets of the answer get out before the cut. */
        readonly drop_at_octet?: number;
        /** How many connections are cut. */
        readonly drop_times?: number;
        /** New connections are accepted and never answered. */
        readonly half_open?: boolean;
        /** Each connection goes silent after so many texts, without closing; null = never. */
        readonly black_hole_after?: number | null;
        /** Nonsense before an answer: whole PDUs, or octets that are none. */
        readonly garbage?: 'none' | 'pdus' | 'octets';
        /** Answers with nonsense before them. */
        readonly garbage_percent?: number;
        /** Say unbind to everybody again and again; 0 = never. */
        readonly unbind_every_ms?: number;
        /** How often at most. */
        readonly unbind_times?: number;
        /** Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED. */
        readonly handsets_off?: readonly (string)[];
        /** How long the carrier keeps trying a phone that is off. */
        readonly handset_off_ms?: number;
        /** The same seed, the same chances. */
        readonly seed?: number;
        /** All faults end by themselves after so long; null = they stay until they are taken back. */
        readonly for_ms?: number | null;
      };
    })[];
    readonly load: {
      readonly texts: number;
      readonly every_ms: number;
    };
    readonly expect: Partial<Readonly<Record<'connections' | 'binds' | 'submits' | 'accepted' | 'throttled' | 'refused' | 'receipts' | 'receipts_missing' | 'dropped' | 'ignored' | 'garbage' | 'unbinds', {
      readonly min?: number;
      readonly max?: number;
    }>>>;
  };
};

/** Make the simulated carrier misbehave. What is left out stays as it is. */
export type SetFaultsAnswer = {
  /** How long a receipt takes. */
  readonly receipt_delay_ms?: number;
  /** How long an answer takes. */
  readonly response_delay_ms?: number;
  /** Up to so much more, by chance: receipts overtake each other. */
  readonly receipt_jitter_ms?: number;
  /** Up to so much more, by chance: answers overtake each other. */
  readonly response_jitter_ms?: number;
  readonly receipt_before_response?: boolean;
  /** How ids are written in answers. */
  readonly id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
  /** How ids are written in receipts. */
  readonly receipt_id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
  /** More are throttled; 0 = no limit. */
  readonly throttle_per_second?: number;
  /** Texts that are throttled whatever the pace. */
  readonly throttle_percent?: number;
  /** Texts that are refused with `refuse_status`. */
  readonly refuse_percent?: number;
  /** A command_status (SMPP 3.4, 5.1.3). */
  readonly refuse_status?: number;
  /** False: no receipt ever comes. */
  readonly receipts?: boolean;
  /** Texts that get a receipt; the other receipts are lost. */
  readonly receipt_percent?: number;
  /** Where a receipt says what it says. */
  readonly receipt_form?: 'text_and_tlv' | 'text' | 'tlv';
  /** How often each receipt comes once more. */
  readonly duplicate_receipts?: number;
  /** Cut the connection before a text is taken, or in the middle of the answer to it. */
  readonly drop?: 'none' | 'request' | 'answer';
  /** How many octets of the answer get out before the cut. */
  readonly drop_at_octet?: number;
  /** How many connections are cut. */
  readonly drop_times?: number;
  /** New connections are accepted and never answered. */
  readonly half_open?: boolean;
  /** Each connection goes silent after so many texts, without closing; null = never. */
  readonly black_hole_after?: number | null;
  /** Nonsense before an answer: whole PDUs, or octets that are none. */
  readonly garbage?: 'none' | 'pdus' | 'octets';
  /** Answers with nonsense before them. */
  readonly garbage_percent?: number;
  /** Say unbind to everybody again and again; 0 = never. */
  readonly unbind_every_ms?: number;
  /** How often at most. */
  readonly unbind_times?: number;
  /** Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED. */
  readonly handsets_off?: readonly (string)[];
  /** How long the carrier keeps trying a phone that is off. */
  readonly handset_off_ms?: number;
  /** The same seed, the same chances. */
  readonly seed?: number;
  /** All faults end by themselves after so long; null = they stay until they are taken back. */
  readonly for_ms?: number | null;
  /** Faults over time: a scenario by its name, or one of your own. */
  readonly scenario?: 'busy-hour' | 'throttled' | 'flapping' | 'black-hole' | 'half-open' | 'receipts-astray' | 'foreign-ids' | 'tlv-receipts' | 'nonsense' | 'unbind-storm' | 'handset-off' | {
    readonly about: string;
    readonly ends_at_ms: number;
    readonly steps: readonly ({
      readonly at_ms: number;
      readonly faults: {
        /** How long a receipt takes. */
        readonly receipt_delay_ms?: number;
        /** How long an answer takes. */
        readonly response_delay_ms?: number;
        /** Up to so much more, by chance: receipts overtake each other. */
        readonly receipt_jitter_ms?: number;
        /** Up to so much more, by chance: answers overtake each other. */
        readonly response_jitter_ms?: number;
        readonly receipt_before_response?: boolean;
        /** How ids are written in answers. */
        readonly id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
        /** How ids are written in receipts. */
        readonly receipt_id_format?: 'decimal' | 'hex' | 'hex_upper' | 'zero_padded' | 'uuid' | 'always_zero';
        /** More are throttled; 0 = no limit. */
        readonly throttle_per_second?: number;
        /** Texts that are throttled whatever the pace. */
        readonly throttle_percent?: number;
        /** Texts that are refused with `refuse_status`. */
        readonly refuse_percent?: number;
        /** A command_status (SMPP 3.4, 5.1.3). */
        readonly refuse_status?: number;
        /** False: no receipt ever comes. */
        readonly receipts?: boolean;
        /** Texts that get a receipt; the other receipts are lost. */
        readonly receipt_percent?: number;
        /** Where a receipt says what it says. */
        readonly receipt_form?: 'text_and_tlv' | 'text' | 'tlv';
        /** How often each receipt comes once more. */
        readonly duplicate_receipts?: number;
        /** Cut the connection before a text is taken, or in the middle of the answer to it. */
        readonly drop?: 'none' | 'request' | 'answer';
        /** How many octets of the answer get out before the cut. */
        readonly drop_at_octet?: number;
        /** How many connections are cut. */
        readonly drop_times?: number;
        /** New connections are accepted and never answered. */
        readonly half_open?: boolean;
        /** Each connection goes silent after so many texts, without closing; null = never. */
        readonly black_hole_after?: number | null;
        /** Nonsense before an answer: whole PDUs, or octets that are none. */
        readonly garbage?: 'none' | 'pdus' | 'octets';
        /** Answers with nonsense before them. */
        readonly garbage_percent?: number;
        /** Say unbind to everybody again and again; 0 = never. */
        readonly unbind_every_ms?: number;
        /** How often at most. */
        readonly unbind_times?: number;
        /** Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED. */
        readonly handsets_off?: readonly (string)[];
        /** How long the carrier keeps trying a phone that is off. */
        readonly handset_off_ms?: number;
        /** The same seed, the same chances. */
        readonly seed?: number;
        /** All faults end by themselves after so long; null = they stay until they are taken back. */
        readonly for_ms?: number | null;
      };
    })[];
    readonly load: {
      readonly texts: number;
      readonly every_ms: number;
    };
    readonly expect: Partial<Readonly<Record<'connections' | 'binds' | 'submits' | 'accepted' | 'throttled' | 'refused' | 'receipts' | 'receipts_missing' | 'dropped' | 'ignored' | 'garbage' | 'unbinds', {
      readonly min?: number;
      readonly max?: number;
    }>>>;
  };
};

/** Store rules of your own, for instance those of your carrier. Each takes the place of what there was. */
export type StoreSenderRulesBody = {
  readonly rules: readonly ({
    readonly country: string;
    /** Names. no: blocked or replaced; registration: only registered ones; recommended: a warning. */
    readonly alphanumeric: 'yes' | 'no' | 'registration' | 'recommended' | 'unknown';
    /** Numbers. overwritten: the recipient sees another one. */
    readonly numeric?: 'yes' | 'no' | 'overwritten' | 'unknown';
    /** False: names have to be registered before they are used. */
    readonly dynamic?: boolean | null;
    /** False: answers do not come back. */
    readonly two_way?: boolean | null;
    /** Ids that `registration.ids` of a sender has to have. */
    readonly required_fields?: readonly (string)[];
    /** Numbers that begin so may not be used. Left out: as shipped. */
    readonly refused_numbers?: readonly (string)[] | null;
    /** Where this is written. */
    readonly source_url?: string | null;
    /** The day on which somebody looked. */
    readonly verified_on?: string | null;
  })[];
};

/** Store rules of your own, for instance those of your carrier. Each takes the place of what there was. */
export type StoreSenderRulesAnswer = {
  readonly data: readonly (SenderRule)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** What happens, as it happens: Server-Sent Events, each at least once and in an order that does not change. */
export type StreamEventsQuery = {
  /** Types of events with commas between; `message.*` is every type of a text. */
  readonly type?: string;
  /** The same as the header Last-Event-ID. */
  readonly last_event_id?: string;
};

/** Which rules a text would set off, and why the others would not. Nothing happens. */
export type TestRulesBody = {
  /** The contact's number. */
  readonly from: string;
  /** Our number or name. */
  readonly to: string;
  readonly body: string;
};

/** Which rules a text would set off, and why the others would not. Nothing happens. */
export type TestRulesAnswer = {
  readonly object: 'rule_test';
  /** What the text says about consent. Opt-outs, opt-ins and HELP never reach a rule. */
  readonly intent: {
    readonly type: string;
    readonly tier: string | null;
    readonly matched: string | null;
  };
  /** The wait that would take the reply; then no rule is asked. */
  readonly reply_wait: {
    readonly wait_id: string;
    readonly value: string;
  } | null;
  /** The ids of the rules that fire, in their order. */
  readonly matched: readonly (string)[];
  readonly actions: readonly ({
    readonly rule_id: string;
    readonly action: {
      readonly type: 'reply';
      /** Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped. */
      readonly text: string;
    } | {
      readonly type: 'tag';
      readonly tag: string;
    } | {
      readonly type: 'assign';
      readonly agent: string;
    } | {
      readonly type: 'webhook';
      /** Gets message.received, signed as a status_callback is. */
      readonly url: string;
    };
  })[];
  /** Replies that are not sent: a second one to one text, and every one while an opt-out is in doubt. */
  readonly withheld: readonly ({
    readonly rule_id: string;
    readonly action: {
      readonly type: 'reply';
      /** Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped. */
      readonly text: string;
    } | {
      readonly type: 'tag';
      readonly tag: string;
    } | {
      readonly type: 'assign';
      readonly agent: string;
    } | {
      readonly type: 'webhook';
      /** Gets message.received, signed as a status_callback is. */
      readonly url: string;
    };
  })[];
  readonly explanation: readonly ({
    readonly rule_id: string;
    readonly name: string;
    readonly outcome: string;
    readonly keyword: string | null;
    readonly message: string;
  })[];
};

/** Send it an event of no consequence (webhook_endpoint.test). The delivery says how that went. */
export type TestWebhookEndpointAnswer = WebhookDelivery;

/** Change a rule. What is left out stays; `match`, `when` and `actions` are replaced as a whole. */
export type UpdateRuleBody = {
  readonly name?: string;
  readonly enabled?: boolean;
  /** The highest is asked first. */
  readonly priority?: number;
  readonly match?: {
    /** Whole words, whatever their case, accents and punctuation. `any`: every text. */
    readonly type: 'exact' | 'starts_with' | 'contains' | 'any';
    readonly keywords?: readonly (string)[];
    /** BCP 47; only contacts who are known to use it. */
    readonly language?: string | null;
    /** Our numbers or names; empty = all. */
    readonly to?: readonly (string)[];
  };
  readonly when?: {
    /** Whether a reply of the contact is waited for. */
    readonly has_open_wait?: boolean | null;
    /** So many hours after our last text. */
    readonly within_hours_of_outbound?: number | null;
  };
  readonly actions?: readonly ({
    readonly type: 'reply';
    /** Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped. */
    readonly text: string;
  } | {
    readonly type: 'tag';
    readonly tag: string;
  } | {
    readonly type: 'assign';
    readonly agent: string;
  } | {
    readonly type: 'webhook';
    /** Gets message.received, signed as a status_callback is. */
    readonly url: string;
  })[];
  /** No rule after this one is asked once it matched. */
  readonly stop?: boolean;
};

/** Change a rule. What is left out stays; `match`, `when` and `actions` are replaced as a whole. */
export type UpdateRuleAnswer = Rule;

/** Say anew what a sender may be used for, for instance when its registration is approved. Pools keep it. */
export type UpdateSenderBody = {
  /** Read from the value when left out. */
  readonly type?: 'long_code' | 'short_code' | 'toll_free' | 'alphanumeric';
  /** Where it may be used; empty = anywhere. */
  readonly countries?: readonly (string)[];
  /** What it may be used for; empty = all. */
  readonly purpose?: readonly ('transactional' | 'promotional' | 'otp' | 'conversational')[];
  /** Segments per second. */
  readonly mps?: number | null;
  readonly registration?: {
    readonly scheme: '10dlc' | 'dlt' | 'sender_id';
    /** By name: brand_id, campaign_id, entity_id, template_id. */
    readonly ids: Readonly<Record<string, string>>;
    readonly status: 'pending' | 'approved' | 'rejected';
  } | null;
  /** Carriers that know it; empty = all. */
  readonly smsc_ids?: readonly (string)[];
  /** carrier: the carrier answers STOP itself. */
  readonly opt_out_managed_by?: 'us' | 'carrier';
  /** Several programmes use it, each under its topic: STOP ends those that the recipient was texted about, STOP and a topic that one, STOP ALL everything. Promotional texts from it need a topic. */
  readonly shared?: boolean;
};

/** Say anew what a sender may be used for, for instance when its registration is approved. Pools keep it. */
export type UpdateSenderAnswer = Sender;

/** Rename a template, or give it a new version. Texts that are accepted already stay as they are. */
export type UpdateTemplateBody = {
  /** Yours; no two templates have the same. */
  readonly name: string;
  /** With {{name}}, {{contact.firstname}} or, for when there is no value, {{name|there}}. */
  readonly body: string;
};

/** Rename a template, or give it a new version. Texts that are accepted already stay as they are. */
export type UpdateTemplateAnswer = Template;

/** Change what is sent there, or where; turn it off, or on again. */
export type UpdateWebhookEndpointBody = {
  /** Public https; other hosts only when the server allows them. */
  readonly url?: string;
  /** `*` is every type, `message.*` every type of a text. */
  readonly event_types?: readonly ('message.scheduled' | 'message.held' | 'message.queued' | 'message.sent' | 'message.delivered' | 'message.undelivered' | 'message.failed' | 'message.rejected' | 'message.expired' | 'message.canceled' | 'message.received' | 'conversation.created' | 'conversation.assigned' | 'conversation.closed' | 'contact.opted_out' | 'contact.opted_in' | 'contact.opt_out_review' | 'batch.completed' | 'reply.matched' | 'reply.timed_out' | 'review.created' | 'balance.low' | 'smsc.down' | 'smsc.up' | 'webhook_endpoint.disabled' | 'api_key.expiring' | 'api_key.anomaly' | '*' | 'message.*')[];
  readonly description?: string | null;
  readonly filter?: {
    /** What a contact writes within so many seconds comes as one text, with all ids in `combined`. */
    readonly buffer_seconds?: number;
    /** Only texts to these numbers of yours. */
    readonly to?: readonly (string)[];
    /** Only texts from these numbers. */
    readonly from?: readonly (string)[];
    /** Only texts that are, or begin with, these words. */
    readonly keyword?: {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly equals: string;
    } | {
      /** Compared as whole words, without case, accents and punctuation. */
      readonly starts_with: string;
    };
  } | null;
  /** Turning it on forgets its failures. */
  readonly enabled?: boolean;
};

/** Change what is sent there, or where; turn it off, or on again. */
export type UpdateWebhookEndpointAnswer = WebhookEndpoint;

/** What is known of a number: whether it can be texted, its country, its clock, its consent. */
export type ValidateNumberBody = {
  readonly number: string;
  /** Of numbers without a country code. */
  readonly default_country?: string;
};

/** What is known of a number: whether it can be texted, its country, its clock, its consent. */
export type ValidateNumberAnswer = {
  readonly object: 'number';
  readonly mode: 'test' | 'live';
  /** Whether its range is in use. */
  readonly valid: boolean;
  /** Whether a phone could have it: numbers that were given out lately too. */
  readonly possible: boolean;
  /** E.164; null when it is none. */
  readonly number: string | null;
  /** What is wrong with it. */
  readonly reason: string | null;
  readonly country: string | null;
  /** MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE, TOLL_FREE …; null where the range is not in use. */
  readonly type: string | null;
  /** IANA names; several where the number does not tell which one. */
  readonly time_zones: readonly (string)[];
  readonly consent: 'opted_in' | 'opted_out' | 'review' | 'unknown' | null;
};

/** Read the audit log and the consent ledger of both modes whole, and check every link of their chains. */
export type VerifyAuditLogAnswer = {
  readonly object: 'audit_check';
  readonly ok: boolean;
  readonly audit: {
    readonly ok: boolean;
    readonly entries: number | null;
    /** The first entry that was changed, dropped or put in; 0 = the end of the chain is missing. */
    readonly broken_at: number | null;
  };
  readonly consent_live: {
    readonly ok: boolean;
    readonly entries: number | null;
    /** The first entry that was changed, dropped or put in; 0 = the end of the chain is missing. */
    readonly broken_at: number | null;
  };
  readonly consent_test: {
    readonly ok: boolean;
    readonly entries: number | null;
    /** The first entry that was changed, dropped or put in; 0 = the end of the chain is missing. */
    readonly broken_at: number | null;
  };
};
