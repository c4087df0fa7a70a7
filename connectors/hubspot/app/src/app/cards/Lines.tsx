import { Button, Flex, StatusTag, Text, Tile } from '@hubspot/ui-extensions';
import { type Line, sayStatus, toneOf } from '@sms-bridge/ask';

/** What was written, the newest last. */
export function Lines({ lines, onReload }: { readonly lines: readonly Line[]; readonly onReload: () => void }) {
  return (
    <Flex direction="column" gap="sm">
      {lines.length === 0 && <Text variant="microcopy">No texts yet.</Text>}
      {lines.map((line) => (
        <Tile key={line.id} compact={true} testId={line.id}>
          <Text format={{ fontWeight: 'demibold' }}>{line.direction === 'inbound' ? 'Contact' : 'We'}</Text>
          <Text>{line.body}</Text>
          <Flex direction="row" gap="sm">
            <StatusTag variant={toneOf(line)}>{sayStatus(line)}</StatusTag>
            <Text variant="microcopy">{new Date(line.at).toLocaleString()}</Text>
          </Flex>
        </Tile>
      ))}
      <Button size="xs" variant="transparent" onClick={onReload}>
        Refresh
      </Button>
    </Flex>
  );
}
