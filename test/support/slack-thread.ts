import type { Thread } from '../../connectors/slack/store/threads.ts';

/** A conversation that nobody has touched yet, of reserved numbers. */
export const THREAD: Thread = {
  id: '00000000-0000-7000-8000-000000000001',
  conversation_id: '00000000-0000-7000-8000-000000000002',
  mode: 'test',
  channel: 'C1',
  root_ts: null,
  our_number: '+15005550100',
  contact_number: '+14155550123',
  contact_name: null,
  country: 'US',
  owner: null,
  first_text: 'Hello',
  state: 'open',
  assignee: null,
  snoozed_until: null,
  is_opted_out: false,
  last_inbound_at: null,
  waiting_since: null,
  permalink: null,
  last_outcome: null,
  last_outcome_at: null,
  seen_ts: null,
  version: 0,
  created_at: new Date(0),
  resolved_at: null,
};
