// Figures from samples.

/**
 * @param {number[]} values
 * @param {number} share
 */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @param {number} value */
export const round = (value) => Math.round(value * 100) / 100;

/**
 * The chance that two samples of one distribution differ as much as these (Kolmogorov and Smirnov, for large samples).
 * @param {number[]} one
 * @param {number[]} other
 */
export function kolmogorovSmirnov(one, other) {
  const [a, b] = [Float64Array.from(one).sort(), Float64Array.from(other).sort()];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(Number(a[i]), Number(b[j]));
    while (i < a.length && Number(a[i]) <= value) i += 1;
    while (j < b.length && Number(b[j]) <= value) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const lambda = distance * Math.sqrt((a.length * b.length) / (a.length + b.length));
  const term = (/** @type {number} */ k) => (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
  const sum = Array.from({ length: 100 }, (_, index) => term(index + 1)).reduce((total, next) => total + next, 0);
  return lambda < 0.3 ? 1 : Math.min(1, Math.max(0, sum));
}
