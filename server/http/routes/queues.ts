import type { KeyHandlers } from '../handlers.ts';
import type { Ports, Smsc } from '../ports.ts';

/** In the order in which they are sent. */
const LANES = ['otp', 'normal', 'bulk'];

export function queueRoutesOf({ queues, smsc }: Ports): Pick<KeyHandlers, 'getQueues'> {
  return {
    async getQueues({ key: { mode } }) {
      const { lanes, waiting } = await queues(mode);
      const before = (lane: (typeof lanes)[number]) =>
        lanes
          .filter((each) => each.smsc_id === lane.smsc_id && LANES.indexOf(each.lane) <= LANES.indexOf(lane.lane))
          .reduce((sum, { segments }) => sum + segments, 0);
      const data = lanes.map((lane) => {
        const pace = lane.smsc_id === null ? null : paceOf(smsc.find(mode, lane.smsc_id));
        return {
          smsc_id: lane.smsc_id,
          lane: lane.lane,
          depth: lane.texts,
          segments: lane.segments,
          sending: lane.sending,
          oldest_seconds: lane.oldestSeconds,
          eta_seconds: pace === null ? null : Math.ceil(before(lane) / pace),
        };
      });
      return { status: 200, body: { object: 'queues', mode, ...waiting, data } };
    },
  };
}

/** Segments per second: what leaves now, else what may leave. */
function paceOf(carrier: Smsc | null): number | null {
  if (carrier?.state !== 'up' || carrier.paused) return null;
  const { used, current, limit } = carrier.rate;
  return used > 0 ? used : (current ?? limit);
}
