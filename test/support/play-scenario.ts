import type { Counts, Scenario } from '../../server/rules/simulator-faults.ts';
import type { Simulator } from '../../server/simulator/smsc.ts';
import { type TinyEsme, tinyEsme } from './tiny-esme.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface Player {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly credentials: { readonly systemId: string; readonly password: string };
}

/**
 * Plays a scenario with its load on the simulator's own clock: one text every so often over a connection that is made
 * again when it is gone, and no text twice. Answers the counts when all is over.
 */
export async function playScenario(scenario: Scenario, player: Player): Promise<Readonly<Counts>> {
  const { simulator, clock } = player;
  const { texts, every_ms: everyMs } = scenario.load;
  let esme: TinyEsme | null = null;
  let atMs = 0;
  const pass = async (ms: number) => {
    atMs += ms;
    await clock.advance(ms);
    if (esme) await caughtUp(esme, simulator);
  };

  simulator.play(scenario);
  for (let text = 0; text < texts; text += 1) {
    if (!esme || esme.isClosed()) esme = await connected(player);
    const { submits, ignored, dropped } = simulator.counts();
    const handled = () => simulator.counts().submits + simulator.counts().ignored + simulator.counts().dropped;
    sendText(esme, text);
    await until(() => (esme?.isClosed() ?? true) || handled() > submits + ignored + dropped);
    await pass(everyMs);
  }
  while (atMs <= scenario.ends_at_ms) await pass(1_000);
  await esme?.close();
  return simulator.counts();
}

async function connected({ simulator, credentials }: Player): Promise<TinyEsme> {
  const esme = await tinyEsme(simulator.port, null);
  esme.socket.setNoDelay(true);
  const { ignored } = simulator.counts();
  esme.send({ command: 'bind_transceiver', sequenceNumber: 1_000_000, fields: credentials });
  await until(() => esme.received.length > 0 || esme.isClosed() || simulator.counts().ignored > ignored);
  return esme;
}

function sendText(esme: TinyEsme, text: number): void {
  esme.send({
    command: 'submit_sm',
    sequenceNumber: text + 1,
    fields: {
      sourceAddrTon: 5,
      sourceAddr: 'Scenario',
      destAddrTon: 1,
      destAddrNpi: 1,
      destinationAddr: `1415555${String(1_000 + text)}`,
      registeredDelivery: 1,
      shortMessage: Buffer.from(`text ${text}`, 'latin1'),
    },
  });
}

/** What was on its way between the two when time had moved has arrived: octets do not overtake each other. */
async function caughtUp(esme: TinyEsme, simulator: Simulator): Promise<void> {
  if (esme.isClosed()) return;
  const { ignored } = simulator.counts();
  const answers = () => esme.received.filter(({ command }) => command === 'enquire_link_resp').length;
  const before = answers();
  esme.send({ command: 'enquire_link', sequenceNumber: 2_000_000 });
  await until(() => answers() > before || esme.isClosed() || simulator.counts().ignored > ignored);
}

/** Without the pauses of the other `until`: this one is asked thousands of times. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
