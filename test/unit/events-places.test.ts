import { describe, expect, test } from 'vitest';
import { hostOf, openPlaces } from '../../server/events/places.ts';

function taken(places: ReturnType<typeof openPlaces>, host: string): number {
  let count = 0;
  for (; places.room(host) > 0; count += 1) places.take(host);
  return count;
}

describe('the places of webhooks', () => {
  test('are never all given to one host', () => {
    const places = openPlaces(50);
    expect(taken(places, 'dead')).toBe(40);
    expect(places.roomOfOthers()).toBe(10);
    expect(taken(places, 'alive')).toBe(10);
  });

  test('are few for a host that does not answer, until it does', () => {
    const places = openPlaces(50);
    places.take('dead');
    places.giveBack('dead', true);
    expect(places.rooms().get('dead')).toBe(5);
    places.take('dead');
    places.giveBack('dead', false);
    expect(places.room('dead')).toBe(40);
  });

  test('are at most four in ten for all the hosts that do not answer', () => {
    const places = openPlaces(50);
    const dead = Array.from({ length: 30 }, (_, host) => `dead${host}`);
    for (const host of dead) {
      places.take(host);
      places.giveBack(host, true);
    }
    expect(dead.reduce((sum, host) => sum + taken(places, host), 0)).toBe(20);
    expect(taken(places, 'alive')).toBe(30);
    expect(places.free()).toBe(0);
  });

  test.each([
    ['https://App.example.com/hooks?x=1', 'app.example.com'],
    ['http://127.0.0.1:8080/a', '127.0.0.1:8080'],
    ['https://example.com', 'example.com'],
    ['', ''],
  ])('%s is of the host %s', (url, host) => {
    expect(hostOf(url)).toBe(host);
  });
});
