import type { Topic } from './topics.ts';

/** What only an account shows, and only to somebody who looks: HubSpot has to call, or a page has to be seen. */
export interface ByHand {
  readonly topic: Topic;
  readonly assumed: string;
  readonly how: string;
}

export const BY_HAND: readonly ByHand[] = [
  {
    topic: 'upload',
    assumed: 'HubSpot takes the project as it is, the profile in its uid and addresses included.',
    how: 'hs project validate --profile <name>, then hs project upload --profile <name>.',
  },
  {
    topic: 'upload',
    assumed: 'The webhook of sms_opt_out may be subscribed to before the account has that property.',
    how: 'Upload before the first install; then tick "Opted out of texts" at a contact and look for the opt-out.',
  },
  {
    topic: 'signatures',
    assumed: 'Workflow actions and their options are signed by v3, or by v2.',
    how: 'Run the action in a workflow: a 401 in its history says that neither is so.',
  },
  {
    topic: 'action',
    assumed: 'The address of the workflow action may change with a later upload under the same uid.',
    how: 'Upload with another PUBLIC_ORIGIN and see which address is called.',
  },
  {
    topic: 'changes',
    assumed: 'What the connector itself writes comes back with changeSource INTEGRATION, and is ignored by its value.',
    how: 'Text STOP; the contact is ticked once, and no opt-out by a HubSpot user follows.',
  },
  {
    topic: 'changes',
    assumed: 'A merge tells primaryObjectId, mergedObjectIds and newObjectId.',
    how: 'Merge two contacts of which one has opted out: the merged one has.',
  },
  {
    topic: 'records',
    assumed:
      'A ticket that misses a property which the account requires is refused with VALIDATION_ERROR and its name.',
    how: 'Require a ticket property in its settings, and let a contact reply: the settings page names the property.',
  },
  {
    topic: 'records',
    assumed: 'A contact that the connector makes does not count as a marketing contact.',
    how: 'Turn on that contacts are made, text from an unknown number, and look at the marketing status of the contact.',
  },
  {
    topic: 'looks',
    assumed: 'Cards find the shared package of the project, and PUBLIC_ORIGIN in context.variables.',
    how: 'Open a contact: the card shows texts, not "PUBLIC_ORIGIN is missing".',
  },
  {
    topic: 'looks',
    assumed: 'The card is offered on contacts, companies, deals and tickets, and in the sidebar of Help Desk.',
    how: 'Add it in the settings of each kind of record, and in Help Desk.',
  },
  {
    topic: 'looks',
    assumed: 'The bulk action is offered in lists of contacts, with up to as many records as can be selected.',
    how: 'Select contacts in a list and choose "Text selected".',
  },
  {
    topic: 'looks',
    assumed: 'Cards, bulk action and settings page look as they should, also while one types.',
    how: 'Look at them: HubSpot draws them, and no test sees that.',
  },
  {
    topic: 'looks',
    assumed: 'The settings page is shown to those who manage connected apps, and to nobody else.',
    how: 'Open it as a user without that permission.',
  },
  {
    topic: 'looks',
    assumed: 'HubSpot lists the app in its marketplace.',
    how: 'Only when it is to be listed: HubSpot reviews it then. An app of your own needs no review.',
  },
  {
    topic: 'limits',
    assumed: 'A day of texts stays far below the calls that the account may make in a day.',
    how: 'After a day of texts, look at the calls of the app in the monitoring of its project.',
  },
  {
    topic: 'installs',
    assumed: 'No webhook tells that the app was removed: the connector learns it when a token cannot be renewed.',
    how: 'Remove the app in the account, wait for half an hour, let a contact reply: the log says to connect it again.',
  },
  {
    topic: 'signatures',
    assumed: 'What HubSpot tells of its inbox is signed by v3.',
    how: 'Answer a text in the inbox of HubSpot: it is texted; a 401 of the connector says that it is not so.',
  },
  {
    topic: 'channels',
    assumed: 'The tier of the account has custom channels, and a developer key registers one.',
    how: 'npm run hubspot:channel says the id of the channel, or why HubSpot refuses it.',
  },
  {
    topic: 'channels',
    assumed: 'Help Desk makes the ticket of a conversation, and finds the contact by the number.',
    how: 'Let a contact write to a number that is answered in Help Desk: one ticket, with the contact on it.',
  },
  {
    topic: 'channels',
    assumed: 'HubSpot shows beside an answer that it was sent, or why not.',
    how: 'Answer somebody who has opted out: the answer shows that it failed, and the reason.',
  },
];
