import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { nearMiss } from '../../server/rules/near-miss.ts';

const known = [
  'to',
  'from',
  'body',
  'message_type',
  'schedule_for',
  'validity_period',
  'client_ref',
  'metadata',
  'tags',
];

describe('near misses of field names', () => {
  test.each([
    ['shedule_for', 'schedule_for'],
    ['scheduleFor', 'schedule_for'],
    ['schedule_fro', 'schedule_for'],
    ['schedule_at', 'schedule_for'],
    ['send_at', 'schedule_for'],
    ['scheduledAt', 'schedule_for'],
    ['form', 'from'],
    ['frm', 'from'],
    ['From', 'from'],
    ['bdoy', 'body'],
    ['bodyy', 'body'],
    ['tag', 'tags'],
    ['messagetype', 'message_type'],
    ['mesage_typ', 'message_type'],
    ['meta_data', 'metadata'],
  ])('%s was meant to be %s', (name, meant) => {
    expect(nearMiss(name, known)).toBe(meant);
  });

  test.each(['subject', 'channel', 'media_url', 'bdyo1', 'fm', 'xyz', '', 'x'.repeat(10_000)])(
    '%s is not close to any field',
    (name) => {
      expect(nearMiss(name, known)).toBeNull();
    },
  );

  test('a name that is known is no near miss', () => {
    for (const name of known) expect(nearMiss(name, known)).toBeNull();
    expect(nearMiss('tag', ['tag', 'tags'])).toBeNull();
  });

  test('a synonym counts only where the field exists', () => {
    expect(nearMiss('send_at', ['to', 'body'])).toBeNull();
  });

  property.prop([fc.constantFrom(...known.filter((name) => name.length >= 5)), fc.nat(20), fc.nat(20)])(
    'two neighbouring letters swapped, or one left out, is found in every longer name',
    (name, where, other) => {
      const at = where % (name.length - 1);
      const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
      const cut = other % name.length;
      const shorter = name.slice(0, cut) + name.slice(cut + 1);
      for (const slip of [swapped, shorter]) if (slip !== name) expect(nearMiss(slip, known)).toBe(name);
    },
  );

  property.prop([fc.string({ unit: 'binary', maxLength: 100 })])('any name is judged without failing', (name) => {
    expect([null, ...known]).toContain(nearMiss(name, known));
  });
});
