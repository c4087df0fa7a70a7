import { describe, expect, test } from 'vitest';
import { readIntent } from '../../server/rules/opt-out.ts';

const typeOf = (text: string) => readIntent(text, { country: 'US' })?.type ?? null;

describe('replies that must opt out', () => {
  test.each([
    'S T O P',
    'stop!!',
    'Stpo',
    'st0p',
    'ＳＴＯＰ',
    '🛑',
    'arrêt',
    'STOP 1234',
    'Stop. Wrong person.',
    'STOP\n\nSent from my Galaxy',
    'opt-out',
    'take me off this list',
    "I've changed my mind and don't want to receive these anymore",
    'quit msging me',
    'Pls remove my no from ur list',
    'No mas mensajes',
    'dont text',
    'do not text me',
    'no more texts',
    'stop texts thanks',
    'delete my number',
    'how do I stop these?',
  ])('%j', (text) => {
    expect(typeOf(text)).toBe('opt_out');
  });
});

describe('replies that must not opt out', () => {
  test.each([
    "Don't stop!",
    "I'll stop by at 5",
    'bus stop',
    'weekend works',
    'My friend sent me',
    'Please cancel my appointment',
    'unstoppable',
    'vendor list?',
    'YES',
    'NO',
    'CONFIRM',
    'end of the month',
    'quit smoking class?',
    'never stop',
    'no need to stop',
    "can't stop laughing",
    'cancel my order',
    'stop at the gate please',
    'remove the item from my order',
    'stop the delivery',
    'tell him to stop',
    'step',
    'shop',
    'spot',
    'quite',
    'send',
    'weekend',
    'subscribe me to the paper',
    'Stopford',
    'The End',
    'When does it start?',
    'Will that noise ever stop',
  ])('%j', (text) => {
    expect(typeOf(text)).not.toBe('opt_out');
  });
});

describe('replies that a person should see', () => {
  test.each([
    'wrong number',
    'who is this',
    'not interested',
    'leave me alone',
    'fuck off',
    "I didn't sign up for this",
    'this is harassment',
    'I am reporting you',
  ])('%j', (text) => {
    expect(typeOf(text)).toBe('review');
  });
});
