/** The fields of the API, as the parameters of the nodes are called. Those that are ordinary words count in backticks. */
const PARAMETERS: Readonly<Record<string, string>> = {
  body: 'Message',
  campaign_id: 'Campaign ID',
  client_ref: 'Reference',
  default_country: 'Default Country',
  'expect_reply.match.approve': 'Approve Words',
  'expect_reply.match.choices': 'Choices',
  'expect_reply.match.decline': 'Decline Words',
  'expect_reply.match.reminder': 'Reminder If Unclear',
  'expect_reply.timeout_seconds': 'Limit Wait Time',
  from: 'From',
  max_segments: 'Max Parts',
  message_type: 'Message Type',
  metadata: 'Metadata',
  on_ambiguous: 'If Sending Is in Doubt',
  quiet_hours: 'Quiet Hours',
  schedule_for: 'Send At',
  smart_encoding: 'Replace Typographic Characters',
  tags: 'Tags',
  template_id: 'Template',
  to: 'To',
  topic: 'Topic',
  validity_period: 'Valid For',
  variables: 'Variables',
};

/** `schedule_for` is in no panel: somebody who fills one in looks for 'Send At'. */
export function inParameterNames(detail: string): string {
  return detail.replace(FIELD, (written: string) => {
    const name = PARAMETERS[written.replace(/`|\.\d+/g, '')];
    return name === undefined ? written : `'${name}'`;
  });
}

/** In backticks, or with a dot or an underscore in it. */
const FIELD = /`[a-z_.\d]+`|\b[a-z]+(?:[_.][a-z\d]+)+\b/g;
