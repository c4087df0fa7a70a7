import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Setting, SETTINGS } from './settings.ts';

/** The settings as documentation: generated, so that it cannot say anything else than the code does. */

const settings: readonly (readonly [string, Setting])[] = Object.entries<Setting>(SETTINGS);

export function envExample(): string {
  const entries = settings.map(([name, { fallback, meaning, isSecret }]) => {
    const fromFile = isSecret ? `\n# Or ${name}_FILE: the file that holds it.` : '';
    return `# ${meaning}${fromFile}\n#${name}=${fallback}\n`;
  });
  return `# Settings of SMS Bridge: environment variables, all optional. Written by npm run generate.\n\n${entries.join('\n')}`;
}

export function settingsTable(): string {
  const rows = settings.map(([name, { fallback, meaning }]) => {
    const shown = fallback === '' ? 'empty' : `\`${fallback}\``;
    return `| \`${name}\` | ${shown} | ${meaning.replaceAll('|', '\\|')} |`;
  });
  return ['| name | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

const START = '<!-- settings: written by npm run generate -->';
const END = '<!-- /settings -->';

/** The README with its table of settings brought up to date. Throws when the two marks are missing. */
export function withSettingsTable(readme: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error('README.md has lost the marks around its table of settings.');
  return `${readme.slice(0, start)}${START}\n\n${settingsTable()}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, '.env.example'), envExample());
  const readme = join(root, 'README.md');
  writeFileSync(readme, withSettingsTable(readFileSync(readme, 'utf8')));
}
