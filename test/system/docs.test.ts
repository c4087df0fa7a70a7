import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE_FILE, errorCatalogue } from '../../server/error-docs.ts';
import { anchorOf, renderGuide } from '../../server/http/guide-html.ts';
import { FAILURES_PER_ADDRESS_MAX, FAILURES_PER_KEY_MAX } from '../../server/access/auth-guard.ts';
import { RATE_LIMIT_DEFAULT } from '../../server/access/manage-keys.ts';
import { ENDPOINTS_MAX } from '../../server/events/endpoints.ts';
import { FOLLOWERS_MAX } from '../../server/events/feed.ts';
import { CONNECTIONS_MAX } from '../../server/events/safe-fetch.ts';
import { routes } from '../../server/http/contract.ts';
import { IMPORT_MAX } from '../../server/http/contract-consents.ts';
import { BODY_CHARACTERS_MAX, messageSchema } from '../../server/http/contract-messages.ts';
import { TABLE_ROWS_MAX } from '../../server/http/table.ts';
import { BATCH_MESSAGES_MAX } from '../../server/messages/batch.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { MAGIC_NUMBERS } from '../../server/rules/magic-numbers.ts';
import { ALL_LANGUAGES } from '../../server/rules/opt-out-words/all.ts';
import { SEGMENTS_MAX } from '../../server/rules/segments.ts';
import { isFinal } from '../../server/rules/status.ts';
import { PRESETS } from '../../server/smpp/presets.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { runSnippet, snippetsOf } from '../support/snippets.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'docs');
const guides = readdirSync(folder).filter((name) => name.endsWith('.md'));
const textOf = (name: string) => readFileSync(path.join(folder, name), 'utf8');

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());
const get = (address: string) => api.call(address, { key: null });

describe('R034: the reference', () => {
  test('is served without a key, and brings everything that it loads', async () => {
    const { status, text, headers } = await get('/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; .*script-src 'self'/,
    );
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/);
    const loaded = [...text.matchAll(/<(?:script src|link rel="stylesheet" href)="([^"]+)"/g)].map(
      ([, address = '']) => address,
    );
    expect(loaded).toHaveLength(4);
    for (const address of loaded) {
      expect([address, (await get(address)).status]).toEqual([address, 200]);
    }
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
  });

  test.each([
    'index.html',
    'package.json',
    'swagger-ui-bundle.js.map',
    '..%2fphone%2findex.html',
    '%2e%2e%2fREADME.md',
  ])('gives out no other file: %s', async (file) => {
    expect((await get(`/docs/${file}`)).status).toBe(404);
  });
});

describe('R034: the guides', () => {
  test('are all in the list, and each is a page', async () => {
    const list = await get('/docs/guides');
    expect(list.status).toBe(200);
    for (const name of guides.filter((each) => each !== 'README.md')) {
      const address = `/docs/guides/${name.slice(0, -'.md'.length)}`;
      expect(list.text).toContain(`<a href="${address}">`);
      const { status, text, headers } = await get(address);
      expect([address, status]).toEqual([address, 200]);
      expect(text).toMatch(/<h1 id="[^"]+">/);
      expect(headers.get('content-security-policy')).not.toContain('script-src');
    }
  });

  test('lead nowhere else than they say: every link and every anchor is there', async () => {
    const pages = new Map<string, string>();
    for (const name of guides) {
      const address = name === 'README.md' ? '/docs/guides' : `/docs/guides/${name.slice(0, -3)}`;
      pages.set(address, (await get(address)).text);
    }
    for (const [address, text] of pages) {
      for (const [, link = ''] of text.matchAll(/href="([^"]+)"/g)) {
        if (/^(https:|data:)/.test(link)) continue;
        const [page = '', anchor] = link.split('#');
        const found = page === '' ? text : (pages.get(page) ?? (await get(page)).text);
        expect(found, `${link} in ${address}`).not.toContain('"code":"NOT_FOUND"');
        if (anchor !== undefined) expect(found, `${link} in ${address}`).toContain(`id="${anchor}"`);
      }
    }
  });

  test('link on GitHub to files that exist', () => {
    for (const name of guides) {
      for (const [, link = ''] of textOf(name).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
        if (link.startsWith('https:')) continue;
        expect(() => readFileSync(path.join(folder, link)), `${link} in ${name}`).not.toThrow();
      }
    }
  });

  test.each(['README', 'nothing', '..%2f..%2fpackage', 'quickstart.md'])('gives out nothing for %s', async (name) => {
    expect((await get(`/docs/guides/${name}`)).status).toBe(404);
  });

  test('show HTML and never obey it', () => {
    const markdown =
      '# A <b>guide</b>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://evil.example/y.png)\n';
    const html = renderGuide({ name: 'x', markdown, titles: [], snippets: new Map() });
    expect(html).not.toMatch(/<script|<b>|<img|href="javascript/);
  });

  test('show programs where they name nothing else, each once and as it is', () => {
    const snippets = new Map([['snippets/send/x.py', 'print("<hi>")\n']]);
    const html = renderGuide({ name: 'x', markdown: '# X\n\n[Python](snippets/send/x.py)\n', titles: [], snippets });
    expect(html).toContain('<summary>Python</summary><pre><code>print(&#34;&#60;hi&#62;&#34;)</code></pre>');
  });
});

describe('what the guides say', () => {
  test('R035: every task has a program in each language, and a page that shows it', async () => {
    const pages = await Promise.all(['quickstart', 'webhooks'].map((name) => get(`/docs/guides/${name}`)));
    const shown = pages.map(({ text }) => text.match(/<details class="snippet"/g)?.length ?? 0);
    const files = ['send', 'status', 'verify-webhook'].map(snippetsOf);
    expect(shown).toEqual([(files[0]?.length ?? 0) + (files[1]?.length ?? 0), files[2]?.length]);
    const languages = files.map((ofTask) => new Set(ofTask.map((file) => path.extname(file))));
    expect([...(languages[0] ?? [])].toSorted()).toEqual(['.java', '.mjs', '.php', '.py', '.rb', '.sh']);
    expect(languages[1]).toEqual(languages[0]);
    expect([...(languages[2] ?? [])].toSorted()).toEqual(['.java', '.mjs', '.php', '.py', '.rb']);
  });

  test('R035: the program for curl is taken as it stands', async () => {
    const environment = { SMSBRIDGE_URL: api.url, SMSBRIDGE_API_KEY: api.keys.test };
    expect(await runSnippet('send/curl.sh', { environment })).toContain('"status":"queued"');
  });

  test.each([
    ['R033', 'moving-here.md', /A key in the address .* is always refused/],
    ['R048', 'security.md', /Never put a key into a web page or an app/],
    ['R059', 'what-it-does-not-do.md', /^\| End-to-end encryption \|/m],
    ['R198', 'backup.md', /PostgreSQL\*\* and \*\*`data\/secret\.key`/],
    ['R215', 'connecting-a-carrier.md', /^## The first live text, to your own phone$/m],
    ['R230', 'what-it-does-not-do.md', /^\| MMS/m],
    ['R231', 'what-it-does-not-do.md', /^\| Voice calls, voice broadcast \|/m],
    ['R232', 'what-it-does-not-do.md', /^\| Ringless voicemail \|/m],
    ['R233', 'what-it-does-not-do.md', /^\| RCS/m],
    ['R234', 'what-it-does-not-do.md', /^\| Email or push when a text fails \|/m],
  ])('%s: is explained in %s', (_row, file, words) => {
    expect(textOf(file)).toMatch(words);
  });

  test('R145: the data map has every table of the database', async () => {
    const tables = await api.database.query<{ name: string }>({
      text: `select table_name as name from information_schema.tables where table_schema = current_schema()`,
      values: [],
    });
    const map = textOf('data-map.md');
    const unknown = tables.map(({ name }) => name).filter((name) => !map.includes(`\`${name}\``));
    expect(unknown).toEqual([]);
  });

  test('R213: of the numbers that behave is what the code knows', () => {
    const rows = MAGIC_NUMBERS.map(({ number, description }) => `| ${number} | ${description} |`);
    expect(textOf('quickstart.md')).toContain(`|---|---|\n${rows.join('\n')}\n<!--`);
  });

  test('of presets are all that there are', () => {
    const names = Object.keys(PRESETS).map((name) => `\`${name}\``);
    expect(textOf('connecting-a-carrier.md')).toContain(`<!-- presets -->\n${names.join(', ')}\n<!--`);
  });

  test('R018: every status has its meaning, and whether it is final', () => {
    const text = textOf('accepted-is-not-delivered.md');
    for (const status of messageSchema.shape.status.options) {
      const [, final] = new RegExp(`^\\| \`${status}\` \\| .+ \\| (yes|no)`, 'm').exec(text) ?? [];
      expect([status, final]).toEqual([status, isFinal(status) ? 'yes' : 'no']);
    }
  });

  test('of limits is what the code enforces', () => {
    const text = textOf('limits.md');
    const said: readonly (readonly [string, number])[] = [
      ['`body` | N characters', BODY_CHARACTERS_MAX],
      ['segments | N,', SEGMENTS_MAX],
      ['texts in a batch | N,', BATCH_MESSAGES_MAX],
      ['numbers in an import | N ', IMPORT_MAX],
      ['50,000 rows', TABLE_ROWS_MAX],
      ['hand over N texts a minute', RATE_LIMIT_DEFAULT],
      ['N wrong keys from one address', FAILURES_PER_ADDRESS_MAX],
      ['or N for one key', FAILURES_PER_KEY_MAX],
      ['webhook endpoints | N ', ENDPOINTS_MAX],
      ['webhook deliveries under way | N ', CONNECTIONS_MAX],
      ['open event streams | N ', FOLLOWERS_MAX],
    ];
    for (const [words, limit] of said) expect(text).toContain(words.replace('N', limit.toLocaleString('en')));
  });

  test('of languages and of addresses is true', () => {
    expect(textOf('opting-out.md')).toContain(`in ${ALL_LANGUAGES.length} languages`);
    const known = routes.map(
      ({ method, path: address }) => `${method.toUpperCase()} ${address.replaceAll(/\{\w+\}/g, '{}')}`,
    );
    for (const name of guides) {
      const named = textOf(name).matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[\w/{}-]+)/g);
      for (const [, method = '', address = ''] of named) {
        expect(known, name).toContain(`${method} ${address.replaceAll(/\{\w+\}/g, '{}')}`);
      }
    }
  });
});

describe('the catalogue of errors', () => {
  test('is what npm run generate writes', () => {
    expect(readFileSync(path.join(root, CATALOGUE_FILE), 'utf8')).toBe(errorCatalogue());
  });

  test('R019, R034: has the entry that the type of a refusal leads to, for every code', async () => {
    const { json } = await get('/v1/messages');
    expect(json['type']).toBe('/docs/guides/errors#auth_failed');
    const { text } = await get('/docs/guides/errors');
    for (const code of Object.keys(ERROR_CODES)) expect(text).toContain(`<h2 id="${anchorOf(code)}">${code}</h2>`);
  });
});
