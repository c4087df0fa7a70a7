import { Button, Flex, Link, Text, Tile } from '@hubspot/ui-extensions';
import type { GivenUpAnswer } from '@sms-bridge/ask';
import { Section } from './Section.tsx';
import { useAnswer } from './use-answer.ts';
import type { PageContext } from './use-settings.ts';

export interface GivenUpProps {
  readonly context: PageContext;
  readonly maySave: boolean;
}

/** What could not be done in HubSpot, lately. Nothing is shown while that is nothing. */
export function GivenUp({ context, maySave }: GivenUpProps) {
  const { answer, problem, change } = useAnswer<GivenUpAnswer>(context, 'settings/given-up');
  if (problem === null && (answer === null || answer.tasks.length === 0)) return null;
  return (
    <Section title="Not done in HubSpot" problem={problem}>
      {answer?.tasks.map(({ id, what, reason, at, record }) => (
        <Tile key={id} compact={true} testId={`given-up-${id}`}>
          <Flex direction="row" gap="md" align="center">
            <Text>{`${what}, ${new Date(at).toLocaleString()}`}</Text>
            {record !== null && <Link href={{ url: record.url, external: true }}>{record.label}</Link>}
            <Button size="xs" disabled={!maySave} onClick={() => void change({ method: 'POST', body: { id } })}>
              Try again
            </Button>
          </Flex>
          <Text variant="microcopy">{reason}</Text>
        </Tile>
      ))}
    </Section>
  );
}
