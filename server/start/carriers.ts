import type { Logger } from 'pino';
import type { SecretBox } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Carriers } from '../messages/carrier.ts';
import type { Senders } from '../messages/senders.ts';
import type { Closers } from '../operations/closers.ts';
import type { Mode } from '../rules/message.ts';
import { type Simulator, startSimulator } from '../simulator/smsc.ts';
import { configuredCarriers } from '../smpp/configured.ts';
import { openRegistry, type Registry, type RegistryOptions } from '../smpp/registry.ts';
import { createCarrierStore } from '../store/carriers.ts';
import type { Database } from '../store/database.ts';
import { named } from './named-port.ts';

/** The credentials that the simulated carrier asks for, of us and of anybody who wants to try it. */
const SIMULATOR = { systemId: 'sandbox', password: 'sandbox' };

export async function openSimulator(
  config: Config,
  log: Logger,
  clock: Clock,
  closers: Closers,
): Promise<Simulator | null> {
  if (config.SIMULATOR_PORT === 0) return null;
  const port = config.SIMULATOR_PORT === 'free' ? 0 : config.SIMULATOR_PORT;
  const simulator = await named('SIMULATOR_PORT', port, startSimulator({ port, ...SIMULATOR, clock, log }));
  closers.add('simulator', () => simulator.stop());
  return simulator;
}

/** The carriers of the settings and those added by the API, not connected yet. */
export async function openCarriers(
  config: Config,
  simulator: Simulator | null,
  database: Database,
  secrets: SecretBox,
  around: Omit<RegistryOptions, 'configured' | 'store'>,
): Promise<Registry> {
  const sealing = {
    seal: (plain: string) => secrets.seal('carriers', plain),
    open: (sealed: Buffer) => secrets.open('carriers', sealed),
  };
  const store = createCarrierStore(database, sealing, () => new Date(around.clock.now()));
  const { SMPP_URL: url, CARRIERS_FILE: file } = config;
  const simulated = simulator && { ...SIMULATOR, port: simulator.port };
  return openRegistry({ ...around, store, configured: configuredCarriers({ url, file, simulator: simulated }) });
}

/** What is known of a sender of ours. Texts come in as soon as the carriers connect, which is after senders are read. */
export function senderFinder(senders: () => Pick<Senders, 'list'>) {
  return (mode: Mode, value: string) => {
    const sender = senders()
      .list(mode)
      .find((one) => one.value === value);
    return sender && { opt_out_managed_by: sender.opt_out_managed_by, shared: sender.shared };
  };
}

/** Live carriers are what matters to an operator, and that one of them is up; the simulated one only where it is the only one. */
export function chiefOf(carriers: Carriers): { isUp(): boolean } | null {
  const live = carriers.all().filter(({ mode }) => mode === 'live');
  const chiefs = live.length > 0 ? live : carriers.all();
  return chiefs.length > 0 ? { isUp: () => chiefs.some((carrier) => carrier.isUp()) } : null;
}
