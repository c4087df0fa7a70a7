/** The step as Workflow Builder shows it (docs.slack.dev, "App manifest reference", functions). */
export const WORKFLOW_STEP = {
  title: 'Send SMS',
  description: 'Sends a text, and goes on when the SMS server has accepted or refused it',
  input_parameters: {
    properties: {
      to: { type: 'string', title: 'Phone number', description: 'For instance +14155550123' },
      text: { type: 'string', title: 'Text', description: 'Plain text; a long one is sent as several segments' },
      from: { type: 'string', title: 'Send from', description: 'A number of yours; left empty, the server chooses' },
      channel: {
        type: 'slack#/types/channel_id',
        title: 'Channel for answers',
        description: 'Where an answer to this text appears; left empty, where it usually would',
      },
    },
    required: ['to', 'text'],
  },
  output_parameters: {
    properties: {
      message_id: { type: 'string', title: 'Message id', description: 'Of the text on the SMS server' },
      status: {
        type: 'string',
        title: 'Status',
        description: 'queued, scheduled or held: accepted, and not delivered yet. blocked: the recipient has opted out',
      },
      segments: { type: 'integer', title: 'Segments', description: 'How many SMS it takes' },
    },
    required: ['message_id', 'status'],
  },
} as const;
