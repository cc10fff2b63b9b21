// Statistics of samples.

/**
 * Returns the quantile `q` of the values.
 * @param {number[]} values
 * @param {number} q from 0 to 1
 */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/**
 * Rounds to two decimal places.
 * @param {number} value
 */
export const round = (value) => Math.round(value * 100) / 100;

/** The number of standard deviations that contain 99 % of a normal distribution. */
const Z_99 = 2.576;

/**
 * Returns the difference of the medians of two samples, and its margin with 99 % confidence. The
 * distribution of the samples does not matter: the margin of a median comes from the
 * binomial distribution of its rank in the sorted values.
 * @param {number[]} one
 * @param {number[]} other
 */
export function medianDifference(one, other) {
  const [a, b] = [median(one), median(other)];
  return { medians: [a.value, b.value], difference: a.value - b.value, margin: Math.hypot(a.margin, b.margin) };
}

/** @param {number[]} values */
function median(values) {
  const half = (Z_99 * Math.sqrt(values.length)) / 2 / values.length;
  return { value: quantile(values, 0.5), margin: (quantile(values, 0.5 + half) - quantile(values, 0.5 - half)) / 2 };
}

/**
 * Returns the probability that two samples of one distribution differ as much as these
 * (Kolmogorov-Smirnov test, for large samples).
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
