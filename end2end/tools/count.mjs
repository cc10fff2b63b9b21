// Prints the numbers of passed and failed tests of a Playwright JSON report, "0 0" if there is no
// report.
import { readFileSync } from 'node:fs';

/** @param {string} path */
function count(path) {
  try {
    const { stats, errors } = JSON.parse(readFileSync(path, 'utf8'));
    return [stats.expected + stats.flaky, stats.unexpected + errors.length];
  } catch {
    return [0, 0];
  }
}

console.log(count(process.argv[2]).join(' '));
