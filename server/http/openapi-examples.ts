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
