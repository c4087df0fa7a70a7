import { readdir, readFile } from 'node:fs/promises';

/** Processor time used so far, user and system, in microseconds. */
export interface ProcessorTime {
  readonly serverUs: number;
  /** Every process below the server: the embedded PostgreSQL. */
  readonly postgresUs: number;
}

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Null where there is no /proc. */
export async function processorTime(serverPid: number): Promise<ProcessorTime | null> {
  const processes = await readProcesses();
  const server = processes?.get(serverPid);
  if (!processes || !server) return null;
  const below = [...processes.values()].filter((one) => one.pid !== serverPid && isBelow(processes, one, serverPid));
  // A backend that has ended is counted in the postmaster, which waited for it.
  const ticks = below.reduce((sum, one) => sum + one.ownTicks + one.waitedTicks, 0);
  return { serverUs: inUs(server.ownTicks), postgresUs: inUs(ticks) };
}

const inUs = (ticks: number) => (ticks / TICKS_PER_SECOND) * 1_000_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended. */
  readonly waitedTicks: number;
}

async function readProcesses(): Promise<ReadonlyMap<number, Process> | null> {
  const names = await readdir('/proc').catch(() => null);
  if (!names) return null;
  const pids = names.filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)));
  const processes = stats.flatMap((line) => (line === null ? [] : [parseStat(line)]));
  return new Map(processes.map((one) => [one.pid, one]));
}

/** A line of /proc/[pid]/stat. The name, second and in brackets, may hold spaces and brackets itself. */
export function parseStat(line: string): Process {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // proc(5) counts from 1 and `fields` starts with the third: state.
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    parent: field(4),
    ownTicks: field(14) + field(15),
    waitedTicks: field(16) + field(17),
  };
}

function isBelow(processes: ReadonlyMap<number, Process>, one: Process, ancestor: number): boolean {
  for (let pid = one.parent; pid > 0; pid = processes.get(pid)?.parent ?? 0) if (pid === ancestor) return true;
  return false;
}
