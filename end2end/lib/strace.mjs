// Runs strace on a running server, or on one that it starts, to count system calls or to make them
// fail. Linux only.
import { readFileSync } from 'node:fs';
import { Program, isInstalled, waitFor } from './process.mjs';

/** The system calls that flush data to the disk. */
const SYNCS = 'fsync,fdatasync,sync_file_range';

export const hasStrace = isInstalled('strace');

/**
 * Returns the command that runs a program and writes a line into `file` for each sync. Other system
 * calls run at full speed (`--seccomp-bpf`), and the program keeps its own process id (`-D`).
 * @param {string} file
 */
export const straceSyncs = (file) => ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-e', `trace=${SYNCS}`, '-o', file];

/**
 * Returns the number of syncs in a file of {@link straceSyncs}. A call that another thread
 * interrupts has a second line, "resumed".
 * @param {string} file
 */
export const countSyncs = (file) => readFileSync(file, 'utf8').match(/ (fsync|fdatasync|sync_file_range)\(/g)?.length ?? 0;

/** Makes system calls of a process fail until {@link FaultInjection.stop}. */
export class FaultInjection {
  /** @param {Program} strace */
  constructor(strace) {
    this.strace = strace;
  }

  /**
   * @param {number} pid
   * @param {string[]} calls
   * @param {string} error
   */
  static async start(pid, calls, error) {
    const list = calls.join(',');
    const inject = ['-e', `trace=${list}`, '-e', `inject=${list}:error=${error}`];
    const strace = new Program('strace', ['-f', '-p', String(pid), ...inject]);
    await waitFor('strace to attach', () => strace.hasExited || /attached/.test(strace.output));
    if (strace.hasExited) throw new Error(`strace cannot attach: ${strace.output}`);
    return new FaultInjection(strace);
  }

  /** The number of calls that have failed so far. */
  get failedCalls() {
    return this.strace.output.match(/\(INJECTED\)/g)?.length ?? 0;
  }

  /** Detaches strace from the process. */
  async stop() {
    await this.strace.stop('SIGINT');
  }
}
