import { describe, expect, test } from 'vitest';
import { COUNTRY_OF, judge, type JudgedLine, optOuts, ordinary } from '../corpus/corpus.ts';

const asked = judge(optOuts());
const replies = judge(ordinary());
const texts = (lines: readonly JudgedLine[]) => lines.map(({ language, text }) => `${language} ${text}`);
const share = (lines: readonly JudgedLine[], types: readonly string[]) =>
  lines.filter(({ intent }) => intent !== null && types.includes(intent.type)).length / lines.length;

describe('the corpus', () => {
  test('is as large as it has to be, in ten languages and more, and has no line twice', () => {
    expect(asked.length).toBeGreaterThanOrEqual(400);
    expect(replies.length).toBeGreaterThanOrEqual(600);
    for (const lines of [asked, replies]) {
      expect(new Set(lines.map(({ language }) => language)).size).toBeGreaterThanOrEqual(10);
      expect(new Set(texts(lines)).size).toBe(lines.length);
      expect(lines.filter(({ language }) => COUNTRY_OF[language] === undefined)).toEqual([]);
    }
  });

  test('has no opt-out among the ordinary replies, and no ordinary reply among the opt-outs', () => {
    expect(replies.filter(({ expect: wanted }) => wanted !== 'none')).toEqual([]);
    expect(asked.filter(({ expect: wanted, kind }) => wanted === 'none' || kind === undefined)).toEqual([]);
    const ordinaryTexts = new Set(texts(replies));
    expect(texts(asked).filter((text) => ordinaryTexts.has(text))).toEqual([]);
  });
});

describe('on the corpus, the classifier', () => {
  test('takes no ordinary reply for an opt-out or an opt-in', () => {
    expect(texts(replies.filter(({ intent }) => intent?.type === 'opt_out' || intent?.type === 'opt_in'))).toEqual([]);
  });

  test('sends at most one ordinary reply in twenty to a person', () => {
    expect(share(replies, ['review'])).toBeLessThanOrEqual(0.05);
  });

  test('opts out for every keyword', () => {
    const keywords = asked.filter(({ kind }) => kind === 'keyword');
    expect(keywords.length).toBeGreaterThan(100);
    expect(texts(keywords.filter(({ intent }) => intent?.type !== 'opt_out'))).toEqual([]);
  });

  test.each(['all', 'held out'])('catches natural opt-outs, or sends them to a person: %s', (which) => {
    const natural = asked.filter(({ kind, isHeldOut }) => kind === 'natural' && (which === 'all' || isHeldOut));
    expect(share(natural, ['opt_out', 'review'])).toBeGreaterThanOrEqual(0.75);
    expect(share(natural, ['opt_out'])).toBeGreaterThanOrEqual(0.6);
  });

  test('does so in each language', () => {
    for (const language of Object.keys(COUNTRY_OF)) {
      const natural = asked.filter((line) => line.kind === 'natural' && line.language === language);
      expect(natural.length, language).toBeGreaterThan(0);
      expect(share(natural, ['opt_out', 'review']), language).toBeGreaterThanOrEqual(0.75);
    }
  });
});
