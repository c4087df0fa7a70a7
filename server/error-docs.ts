import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEM_EXAMPLE } from './http/openapi-examples.ts';
import { ERROR_CAUSES } from './rules/error-causes.ts';
import { ERROR_CODES, type ErrorCode, type ErrorDefinition } from './rules/error-codes.ts';

/** The catalogue of errors, one entry per code: generated, so that it has every code and says what the API says. */
export function errorCatalogue(): string {
  const entries = Object.entries<ErrorDefinition>(ERROR_CODES).map(([code, definition]) =>
    entry(code as ErrorCode, definition),
  );
  return `${HEADER}\n${entries.join('\n')}`;
}

const HEADER = `<!-- Written by npm run generate from server/rules/error-codes.ts and error-causes.ts: do not edit. -->

# Errors

A request that is refused gets a problem document (RFC 9457, \`application/problem+json\`). Its \`type\` leads to one of
the entries below.

\`\`\`json
${JSON.stringify(PROBLEM_EXAMPLE, null, 2)}
\`\`\`

- Act on \`code\`. It never changes its meaning; \`title\`, \`detail\` and \`action\` are for people and may be reworded.
- \`retryable\` says whether the same request can succeed later without a change. Then wait for \`Retry-After\`.
- Repeat a send with the same \`Idempotency-Key\`: it is sent once.
- The same codes are in the \`error\` of a text that was accepted and then did not arrive. There the \`class\` may be
  another one, because the carrier has said more; \`upstream\` has its own words.

| class | who acts |
|---|---|
| \`fix\` | you: the request or the settings |
| \`retry\` | nobody: the same works later |
| \`suppress\` | nobody: do not text this number |
| \`review\` | a person looks at it before it is sent again |
`;

function entry(code: ErrorCode, { status, class: who, title, retryable, action }: ErrorDefinition): string {
  const facts = [`HTTP ${status}`, `class \`${who}\``, retryable ? 'retry later' : 'do not retry unchanged'];
  return [
    `## ${code}\n`,
    `${title}. ${facts.join(' · ')}.\n`,
    ...ERROR_CAUSES[code].map((cause) => `- Why: ${cause}`),
    `- What to do: ${action}`,
    '',
  ].join('\n');
}

export const CATALOGUE_FILE = 'docs/errors.md';

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', CATALOGUE_FILE), errorCatalogue());
