// Reads CPU times from /proc. Linux only.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']));

/**
 * Returns the user and system time of the process so far, in milliseconds.
 * @param {number} pid
 */
export function cpuTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in parentheses and may contain spaces; the times are fields 14 and
  // 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Returns the busy time of all cores so far, in milliseconds. */
export function busyTime() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split(/\s+/).slice(1, 9).map(Number);
  const ticks = [user, nice, system, irq, softirq, steal].reduce((/** @type {number} */ sum, value) => sum + Number(value), 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}
