import { Alert, Button, Flex, hubspot, LoadingButton, Select, Text, TextArea } from '@hubspot/ui-extensions';
import type { BulkRequest } from '@sms-bridge/ask';
import { useState } from 'react';
import { Rows } from './Rows.tsx';
import { type BulkContext, useBulk } from './use-bulk.ts';

hubspot.extend<'crm.bulkActions'>(({ context }) => <BulkText context={context} />);

const KINDS: readonly { readonly label: string; readonly value: BulkRequest['messageType'] }[] = [
  { value: 'promotional', label: 'Marketing (needs opt-in)' },
  { value: 'transactional', label: 'Service or transactional' },
];

/** One text to the contacts that are selected in a list. Nobody is texted before it is shown who is blocked and why. */
export function BulkText({ context }: { readonly context: BulkContext }) {
  const [body, setBody] = useState('');
  const [from, setFrom] = useState('');
  const [messageType, setType] = useState<BulkRequest['messageType']>('promotional');
  const bulk = useBulk(context, { body, from: from === '' ? null : from, messageType });
  const ready = bulk.rows?.filter(({ state }) => state !== 'blocked').length ?? 0;
  return (
    <Flex direction="column" gap="md">
      <Text>{`${context.crm.objectIds.length} contacts are selected.`}</Text>
      <Select
        label="Send from"
        name="from"
        value={from}
        options={[{ value: '', label: 'The number for each contact' }, ...bulk.senders.map((one) => ({ ...one }))]}
        onChange={(value) => setFrom(String(value))}
      />
      <Select
        label="Kind of message"
        name="messageType"
        value={messageType}
        options={KINDS.map((kind) => ({ ...kind }))}
        onChange={(value) => setType(value === 'transactional' ? 'transactional' : 'promotional')}
      />
      <TextArea
        label="Message"
        name="body"
        value={body}
        maxLength={1_530}
        description="{{contact.firstname}}, {{contact.lastname}} and {{contact.company}} are filled in."
        onInput={setBody}
      />
      {bulk.problem !== null && (
        <Alert title="Something went wrong" variant="danger">
          {bulk.problem}
        </Alert>
      )}
      {bulk.isBusy && <Text>Keep this open until it is done.</Text>}
      {bulk.rows && <Rows rows={bulk.rows} isSent={bulk.isSent} />}
      {!bulk.isSent && (
        <Flex direction="row" gap="sm">
          <Button onClick={bulk.check} disabled={body.trim() === '' || bulk.isBusy}>
            Check
          </Button>
          <LoadingButton
            variant="primary"
            loading={bulk.isBusy}
            disabled={!bulk.rows || ready === 0 || bulk.isBusy}
            onClick={bulk.send}
          >
            {bulk.rows ? `Send ${ready} ${ready === 1 ? 'text' : 'texts'}` : 'Check first'}
          </LoadingButton>
        </Flex>
      )}
    </Flex>
  );
}
