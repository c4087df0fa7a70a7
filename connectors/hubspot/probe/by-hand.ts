/** What only an account shows, and only to somebody who looks: HubSpot has to call, or a page has to be seen. */
export interface ByHand {
  readonly assumed: string;
  readonly how: string;
}

export const BY_HAND: readonly ByHand[] = [
  {
    assumed: 'HubSpot takes the project as it is, the profile in its uid and addresses included.',
    how: 'hs project validate --profile <name>, then hs project upload --profile <name>.',
  },
  {
    assumed: 'The webhook of sms_opt_out may be subscribed to before the account has that property.',
    how: 'Upload before the first install; then tick "Opted out of texts" at a contact and look for the opt-out.',
  },
  {
    assumed: 'Workflow actions and their options are signed by v3, or by v2.',
    how: 'Run the action in a workflow: a 401 in its history says that neither is so.',
  },
  {
    assumed: 'The address of the workflow action may change with a later upload under the same uid.',
    how: 'Upload with another PUBLIC_ORIGIN and see which address is called.',
  },
  {
    assumed: 'What the connector itself writes comes back with changeSource INTEGRATION, and is ignored by its value.',
    how: 'Text STOP; the contact is ticked once, and no opt-out by a HubSpot user follows.',
  },
  {
    assumed: 'A merge tells primaryObjectId, mergedObjectIds and newObjectId.',
    how: 'Merge two contacts of which one has opted out: the merged one has.',
  },
  {
    assumed:
      'A ticket that misses a property which the account requires is refused with VALIDATION_ERROR and its name.',
    how: 'Require a ticket property in its settings, and let a contact reply: the settings page names the property.',
  },
  {
    assumed: 'A contact that the connector makes does not count as a marketing contact.',
    how: 'Turn on that contacts are made, text from an unknown number, and look at the marketing status of the contact.',
  },
  {
    assumed: 'Cards find the shared package of the project, and PUBLIC_ORIGIN in context.variables.',
    how: 'Open a contact: the card shows texts, not "PUBLIC_ORIGIN is missing".',
  },
  {
    assumed: 'The card is offered on contacts, companies, deals and tickets, and in the sidebar of Help Desk.',
    how: 'Add it in the settings of each kind of record, and in Help Desk.',
  },
  {
    assumed: 'The bulk action is offered in lists of contacts, with up to as many records as can be selected.',
    how: 'Select contacts in a list and choose "Text selected".',
  },
  {
    assumed: 'Cards, bulk action and settings page look as they should, also while one types.',
    how: 'Look at them: HubSpot draws them, and no test sees that.',
  },
  {
    assumed: 'The settings page is shown to those who manage connected apps, and to nobody else.',
    how: 'Open it as a user without that permission.',
  },
];
