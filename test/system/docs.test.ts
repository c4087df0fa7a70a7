import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE_FILE, errorCatalogue } from '../../server/error-docs.ts';
import { anchorOf, renderGuide } from '../../server/http/guide-html.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

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
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(loaded).toContain('/docs/swagger-ui-bundle.js');
    for (const address of loaded.filter((each) => !each.startsWith('data:'))) {
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
