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

export type Consent = {
  readonly object: 'consent';
  readonly mode: 'test' | 'live';
  readonly number: string;
  readonly status: 'opted_in' | 'opted_out' | 'review' | 'unknown';
  readonly topics: Readonly<Record<string, 'opted_in' | 'opted_out' | 'review' | 'unknown'>>;
  readonly updated_at: string | null;
  readonly events_url: string;
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

/** Cancel a text that has not left: scheduled, held or queued. It is never sent then. */
export type CancelMessageAnswer = Message;

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

/** What a number has agreed to, as things stand. */
export type GetConsentAnswer = Consent;

/** One text, its status, and what the carriers said about each of its parts. */
export type GetMessageAnswer = MessageDetail;

/** One wait, what was answered, and whether the callback took it. */
export type GetReplyWaitAnswer = ReplyWait;

/** One address that events are sent to. */
export type GetWebhookEndpointAnswer = WebhookEndpoint;

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

/** Senders that stand in for each other, newest first. */
export type ListSenderPoolsAnswer = {
  readonly data: readonly (SenderPool)[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The numbers and names that texts are sent from, newest first. */
export type ListSendersAnswer = {
  readonly data: readonly (Sender)[];
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
