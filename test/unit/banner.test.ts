import { describe, expect, test } from 'vitest';
import { banner } from '../../server/operations/banner.ts';

const START = {
  url: 'http://localhost:3000',
  testKey: 'sk_test_x',
  keysFile: 'data/first-keys.json',
  hasPhones: true,
  carriers: ['default'],
  organisation: 'Acme',
  supportContact: 'help@acme.example',
};

describe('what a start prints', () => {
  test('has the line that sends the first text, with the key of the first start', () => {
    expect(banner(START)).toContain('curl http://localhost:3000/v1/messages/send -H "Authorization: Bearer sk_test_x"');
    expect(banner({ ...START, testKey: null })).toContain('Test key     in data/first-keys.json');
  });

  test('says that nobody knows who is texting, once live texts may go', () => {
    const unnamed = { ...START, organisation: null, supportContact: null };
    expect(banner(unnamed)).toContain('ORGANISATION_NAME and SUPPORT_CONTACT');
    expect(banner({ ...START, supportContact: null })).toContain('Not set      SUPPORT_CONTACT:');
    expect(banner(START)).not.toContain('Not set');
    expect(banner({ ...unnamed, carriers: [] })).not.toContain('Not set');
  });
});
