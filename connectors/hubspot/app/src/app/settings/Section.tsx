import { Alert, Flex, Heading } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  /** Why the last change was not made; null = it was. */
  readonly problem: string | null;
  readonly children: ReactNode;
}

/** A part of the page with changes of its own. */
export function Section({ title, problem, children }: SectionProps) {
  return (
    <Flex direction="column" gap="md">
      <Heading>{title}</Heading>
      {problem !== null && (
        <Alert title="Not done" variant="danger">
          {problem}
        </Alert>
      )}
      {children}
    </Flex>
  );
}
