import { Alert, Button, ErrorState, Flex, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions';
import { Compose } from './Compose.tsx';
import { Lines } from './Lines.tsx';
import { type CardContext, useThread } from './use-thread.ts';

/** The conversation with the contacts of one record, and what is answered. */
export function Conversation({ context }: { readonly context: CardContext }) {
  const { state, choose, reload } = useThread(context);
  if (state.type === 'loading') return <LoadingSpinner label="Loading texts" />;
  if (state.type === 'failed') {
    return (
      <ErrorState title="Texts cannot be shown">
        <Text>{state.detail}</Text>
        <Button onClick={reload}>Try again</Button>
      </ErrorState>
    );
  }
  const { thread } = state;
  const person = thread.people.find(({ contactId }) => contactId === thread.contactId);
  return (
    <Flex direction="column" gap="md">
      {thread.people.length > 1 && (
        <Select
          label="Contact"
          name="contact"
          value={thread.contactId ?? ''}
          options={thread.people.map(({ contactId, name, number }) => ({
            value: contactId,
            label: `${name} · ${number ?? 'no number'}`,
          }))}
          onChange={(contactId) => choose(String(contactId))}
        />
      )}
      {thread.morePeople > 0 && <Text variant="microcopy">{thread.morePeople} more contacts are not shown.</Text>}
      {thread.people.length === 0 && <Alert title="No contact">This record has no contact that could be texted.</Alert>}
      <Lines lines={thread.lines} onReload={reload} />
      {person && person.blocked !== null && (
        <Alert title={`${person.name} cannot be texted`} variant="warning">
          {person.blocked}
        </Alert>
      )}
      {person?.blocked === null && (
        <Compose key={person.contactId} context={context} thread={thread} person={person} onSent={reload} />
      )}
    </Flex>
  );
}
