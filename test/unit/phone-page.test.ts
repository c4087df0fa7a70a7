import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = path.join(import.meta.dirname, '../../server/console/phone');
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
const page = files.find(({ name }) => name === 'index.html')?.text ?? '';
const script = files.find(({ name }) => name === 'phone.js')?.text ?? '';

describe('the page of the simulated phones', () => {
  test('loads nothing from elsewhere', () => {
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      expect(files.map(({ name }) => `/phone/${name}`)).toContain(address);
    }
    for (const { name, text } of files) {
      const outside = text
        .replaceAll('http://www.w3.org/2000/svg', '')
        .match(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi);
      expect(outside, name).toBeNull();
      expect(text, name).not.toMatch(/@import|\burl\(/);
    }
  });

  test('has no script and no style in its markup, so that a strict Content-Security-Policy holds', () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  });

  test('never turns what it was told into markup', () => {
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
  });

  test('keeps the key out of the address, the cookies and lasting storage', () => {
    expect(script).toContain('history.replaceState');
    expect(script).not.toMatch(/localStorage|document\.cookie/);
  });

  test('every element the script asks for is in the page', () => {
    const asked = [...script.matchAll(/byId\('([^']+)'\)/g)].map(([, id]) => id);
    expect(asked.length).toBeGreaterThan(10);
    for (const id of asked) expect(page).toContain(`id="${id}"`);
  });

  test('every field has a label', () => {
    for (const [, id] of page.matchAll(/<(?:input|textarea|select)[^>]*\bid="([^"]+)"/g)) {
      expect(page).toContain(`for="${id}"`);
    }
  });
});
