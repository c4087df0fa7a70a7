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

/** Connect another carrier for live texts, at once and at every start. */
export type CreateCarrierBody = {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    readonly ca?: string;
    readonly servername?: string;
    readonly pin_sha256?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly insecure?: boolean;
  } | null;
  readonly system_id: string;
  readonly password: string;
  readonly system_type?: string;
  readonly address_range?: string;
  readonly binds?: readonly ({
    readonly type?: 'transceiver' | 'transmitter' | 'receiver';
    readonly count?: number;
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
  readonly encoding?: {
    readonly default_alphabet?: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii';
    readonly latin1?: boolean;
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
  readonly validity?: 'relative' | 'absolute' | 'none';
  readonly message_id_format?: 'auto' | 'exact' | 'hex_response' | 'hex_receipt';
  readonly receipts_as_texts?: boolean;
  readonly command_status?: Readonly<Record<string, 'throttle' | 'retry' | 'permanent' | 'failover' | 'link'>>;
  readonly priority?: number;
  readonly weight?: number;
  readonly cost?: string | null;
  readonly preset?: string;
};

/** Connect another carrier for live texts, at once and at every start. */
export type CreateCarrierAnswer = {
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
export type CreateRouteAnswer = {
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
};

/** Add a number or a name, with what it may be used for. */
export type CreateSenderAnswer = {
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
};

/** Add a pool. A recipient keeps the sender that it got first. */
export type CreateSenderPoolBody = {
  readonly name: string;
  readonly sender_ids: readonly (string)[];
  /** Texts without `from` use it, and its numbers stand in for refused names. */
  readonly is_default?: boolean;
};

/** Add a pool. A recipient keeps the sender that it got first. */
export type CreateSenderPoolAnswer = {
  /** May stand in `from` of a text. */
  readonly id: string;
  readonly object: 'sender_pool';
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly sender_ids: readonly (string)[];
  readonly is_default: boolean;
};

/** Have events sent to an address. The answer shows the secret that signs them, once. */
export type CreateWebhookEndpointBody = {
  /** Public https; other hosts only when the server allows them. */
  readonly url: string;
  /** `*` is every type, `message.*` every type of a text. */
  readonly event_types: readonly ('message.scheduled' | 'message.held' | 'message.queued' | 'message.sent' | 'message.delivered' | 'message.undelivered' | 'message.failed' | 'message.rejected' | 'message.expired' | 'message.canceled' | 'message.received' | 'conversation.created' | 'conversation.assigned' | 'conversation.closed' | 'contact.opted_out' | 'contact.opted_in' | 'contact.opt_out_review' | 'batch.completed' | 'reply.matched' | 'reply.timed_out' | 'review.created' | 'balance.low' | 'smsc.down' | 'smsc.up' | 'webhook_endpoint.disabled' | 'api_key.expiring' | 'api_key.anomaly' | '*' | 'message.*')[];
  readonly description?: string | null;
};

/** Have events sent to an address. The answer shows the secret that signs them, once. */
export type CreateWebhookEndpointAnswer = {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly mode: 'test' | 'live';
  readonly url: string;
  readonly event_types: readonly (string)[];
  readonly description: string | null;
  readonly enabled: boolean;
  readonly created_at: string;
  /** Signs what is sent there (Standard Webhooks). Shown this once. */
  readonly secret: string;
};

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
  /** Best first: the first one is what a text would take now. */
  readonly routes: readonly ({
    readonly smsc_id: string;
    readonly rule_id: string | null;
    readonly health: 'up' | 'half_open' | 'down';
    readonly reason: string;
  })[];
  readonly skipped: readonly ({
    readonly smsc_id: string;
    readonly rule_id: string | null;
    readonly reason: string;
  })[];
};

/** One carrier and how its binds are. */
export type GetCarrierAnswer = {
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
};

/** One text, its status, and what the carriers said about each of its parts. */
export type GetMessageAnswer = {
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
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII';
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
  /** Null for keys without the scope messages:content. */
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

/** One address that events are sent to. */
export type GetWebhookEndpointAnswer = {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly mode: 'test' | 'live';
  readonly url: string;
  readonly event_types: readonly (string)[];
  readonly description: string | null;
  readonly enabled: boolean;
  readonly created_at: string;
};

/** The secret that signs what is sent to a status_callback. */
export type GetWebhookSecretAnswer = {
  readonly object: 'webhook_secret';
  /** Signs what is sent to a status_callback. */
  readonly secret: string;
};

/** The carriers and how their binds are. */
export type ListCarriersAnswer = {
  readonly data: readonly ({
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
  })[];
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
  /** 1 to 200, 50 when left out. */
  readonly limit?: string;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string;
};

/** The history, newest first. */
export type ListMessagesAnswer = {
  readonly data: readonly ({
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
    readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII';
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
    /** Null for keys without the scope messages:content. */
    readonly body: string | null;
  })[];
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

/** The rules by which texts find their carrier, in the order of their priority. */
export type ListRoutesAnswer = {
  readonly data: readonly ({
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
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Senders that stand in for each other, newest first. */
export type ListSenderPoolsAnswer = {
  readonly data: readonly ({
    /** May stand in `from` of a text. */
    readonly id: string;
    readonly object: 'sender_pool';
    readonly mode: 'test' | 'live';
    readonly name: string;
    readonly sender_ids: readonly (string)[];
    readonly is_default: boolean;
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** The numbers and names that texts are sent from, newest first. */
export type ListSendersAnswer = {
  readonly data: readonly ({
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
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Where events are sent, newest first. */
export type ListWebhookEndpointsAnswer = {
  readonly data: readonly ({
    readonly id: string;
    readonly object: 'webhook_endpoint';
    readonly mode: 'test' | 'live';
    readonly url: string;
    readonly event_types: readonly (string)[];
    readonly description: string | null;
    readonly enabled: boolean;
    readonly created_at: string;
  })[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
};

/** Start no new text on a carrier; receipts and texts from phones still come in. It lasts over restarts. */
export type PauseCarrierAnswer = {
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

/** Bind anew at once: what waits for its next try waits no longer, what is bound drains first. */
export type RebindCarrierAnswer = {
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
};

/** Let a paused carrier send again. */
export type ResumeCarrierAnswer = {
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

/** Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived. */
export type SendMessageBody = {
  /** The recipient, E.164. */
  readonly to: string;
  /** The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool. */
  readonly from?: string | null;
  /** The text. */
  readonly body: string;
  readonly message_type?: 'transactional' | 'promotional' | 'otp' | 'conversational' | null;
  /** Seconds until it expires, counted from acceptance. */
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
  readonly channel?: 'sms' | null;
};

/** Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived. */
export type SendMessageAnswer = {
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
  readonly encoding: 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII';
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
};

/** Change the password of a carrier that was added here. Binds that are down try it at once. */
export type SetCarrierPasswordBody = {
  readonly password: string;
};

/** Change the password of a carrier that was added here. Binds that are down try it at once. */
export type SetCarrierPasswordAnswer = {
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
