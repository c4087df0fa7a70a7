/** A request body that works, by operation and by what it shows. The numbers are reserved ones; a test parses each. */
export const EXAMPLES: Readonly<
  Record<string, Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>>
> = {
  sendMessage: {
    text: {
      summary: 'One text',
      value: { to: '+14155550123', from: '+15005550100', body: 'Your order has been shipped and is on its way.' },
    },
    promotion: {
      summary: 'A promotional text on Friday morning, where the recipient lives',
      value: {
        to: '+14155550123',
        from: '+15005550100',
        body: 'Ten percent off all weekend.',
        message_type: 'promotional',
        send_window: { days: ['fri'], from: '09:00', to: '12:00', time_zone: 'recipient' },
        tags: ['weekend'],
      },
    },
    reply: {
      summary: 'A question, and the wait for its answer',
      value: {
        to: '+14155550123',
        from: '+15005550100',
        body: 'Does Tuesday suit you? Answer YES or NO.',
        message_type: 'conversational',
        expect_reply: { timeout_seconds: 86_400, match: { type: 'choice', choices: ['YES', 'NO'] } },
      },
    },
  },
  sendBatch: {
    variables: {
      summary: 'The same text with a name each',
      value: {
        defaults: { from: '+15005550100', body: 'Hi {{name}}, your table is booked.' },
        messages: [
          { to: '+14155550123', variables: { name: 'Ada' } },
          { to: '+14155550124', variables: { name: 'Grace' } },
        ],
        dedupe: 'to',
      },
    },
  },
  previewMessage: {
    text: { summary: 'What sending it would do', value: { to: '+14155550123', from: '+15005550100', body: 'Hello' } },
  },
  createTemplate: {
    template: {
      summary: 'A text with a variable, and what stands for it when it is missing',
      value: { name: 'booking', body: 'Hi {{name|there}}, your table is booked.' },
    },
  },
  createWebhookEndpoint: {
    replies: {
      summary: 'Replies and opt-outs',
      value: { url: 'https://example.com/sms', event_types: ['message.received', 'contact.opted_out'] },
    },
  },
  recordConsent: {
    optIn: {
      summary: 'An opt-in with its proof',
      value: {
        number: '+14155550123',
        action: 'opt_in',
        source: 'web_form',
        evidence: { url: 'https://example.com/join', ip: '192.0.2.1' },
        disclosure: 'Weekly offers. Msg & data rates may apply. Reply STOP to opt out.',
      },
    },
  },
  createOptOut: {
    optOut: { summary: 'Somebody asked on the phone', value: { number: '+14155550123', reason: 'asked on the phone' } },
  },
  createApiKey: {
    sendOnly: {
      summary: 'A key for one shop, good for texts to one country',
      value: { name: 'Web shop', preset: 'send_only', rate_limit: 300, allowed_countries: ['US'] },
    },
  },
  createCarrier: {
    account: {
      summary: 'An account with TLS',
      value: { id: 'main', host: 'smsc.example.com', port: 3550, tls: {}, system_id: 'bridge', password: 'secret' },
    },
  },
  createReplyWait: {
    wait: {
      summary: 'Tell a workflow when the answer to a text comes',
      value: {
        message_id: '0197a1b2-c3d4-7e5f-8a90-123456789abc',
        callback_url: 'https://example.com/resume',
        timeout_seconds: 86_400,
      },
    },
  },
  exportPersonalData: { number: { summary: 'Everything about one number', value: { number: '+14155550123' } } },
  answerFromPhone: {
    stop: {
      summary: 'The simulated phone opts out',
      value: { from: '+14155550123', to: '+15005550100', body: 'STOP' },
    },
  },
};

/** What an operation answers to the first of its examples; a test parses each. */
export const ANSWER_EXAMPLES: Readonly<Record<string, unknown>> = {
  sendMessage: {
    status: 'queued',
    message_id: '01a1f92c-cc50-7790-9a5e-ea19803995cb',
    to: '+14155550123',
    remaining_balance: null,
    message_price: null,
    object: 'message',
    from: '+15005550100',
    direction: 'outbound',
    message_type: 'transactional',
    mode: 'test',
    encoding: 'GSM-7',
    segments: 1,
    flash: false,
    smart_replacements: [],
    currency: null,
    country: 'US',
    schedule_for: null,
    expires_at: '2026-11-21T09:00:00.000Z',
    client_ref: null,
    metadata: null,
    warnings: [],
    created_at: '2026-11-20T09:00:00.000Z',
    links: {
      self: '/v1/messages/01a1f92c-cc50-7790-9a5e-ea19803995cb',
      events: '/v1/messages/01a1f92c-cc50-7790-9a5e-ea19803995cb/events',
    },
    status_updated_at: '2026-11-20T09:00:00.000Z',
    sent_at: null,
    delivered_at: null,
    segments_delivered: 0,
    smsc_id: 'simulator',
    error: null,
    attempts: 0,
    ambiguous: false,
    late: false,
    receipt: null,
    latency_ms: { queue: null, submit: null, network: null },
    incomplete: false,
    missing_parts: null,
    in_reply_to: null,
    hold_reason: null,
    held_until: null,
    topic: null,
    conversation_id: null,
    sent_by: null,
    batch_id: null,
    campaign_id: null,
    variant: null,
    tags: [],
    template: null,
    priority: 'normal',
  },
};

/** A refusal, as the catalogue shows it. */
export const PROBLEM_EXAMPLE = {
  type: '/docs/guides/errors#opted_out',
  title: 'Recipient has withdrawn consent',
  status: 403,
  detail: '+14155550123 opted out on 2026-11-20T09:00:00.000Z.',
  code: 'OPTED_OUT',
  retryable: false,
  action: 'Do not retry. The recipient can opt back in by texting START.',
  request_id: 'req_0b4e6f4e-6d3f-4a5c-9d3e-0c2f7f0f6c11',
};
