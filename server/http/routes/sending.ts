import type { Mode } from '../../rules/message.ts';
import type { KeyHandlers, Reply } from '../handlers.ts';
import type { Ports } from '../ports.ts';

export function sendingRoutesOf({ pauses }: Ports): Pick<KeyHandlers, 'pauseSending' | 'resumeSending'> {
  const shown = (mode: Mode): Reply => {
    const pause = pauses.of(mode);
    const body = {
      object: 'sending',
      mode,
      paused: pause !== null,
      paused_at: pause?.at.toISOString() ?? null,
      paused_by: pause?.by ?? null,
    };
    return { status: 200, body };
  };
  return {
    async pauseSending({ key }) {
      await pauses.pause(key.mode, key.id);
      return shown(key.mode);
    },
    async resumeSending({ key }) {
      await pauses.resume(key.mode);
      return shown(key.mode);
    },
  };
}
