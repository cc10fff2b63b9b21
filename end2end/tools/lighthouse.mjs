// Runs Lighthouse on the pages of a sign-in, with its own profile of a phone on a slow network.
// Prints the medians and exits with 1 if one exceeds its limit. `lighthouse.mjs [runs]`; the
// default is 5 per page.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, systemBrowser } from '../lib/browser.mjs';
import { Client } from '../lib/client.mjs';
import { Doorcode, customer } from '../lib/doorcode.mjs';
import { npmBin } from '../lib/paths.mjs';
import { Program } from '../lib/process.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { quantile, round } from '../lib/statistics.mjs';

const RUNS = Number(process.argv[2] ?? 5);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

/**
 * The part of Lighthouse's result that is used.
 * @typedef {object} Result
 * @property {string} finalDisplayedUrl
 * @property {Record<string, { score: number, auditRefs: { id: string, weight: number }[] }>}
 *   categories
 * @property {Record<string, { score: number | null, numericValue: number, title: string,
 *   displayValue?: string }>} audits
 */

/** @typedef {{ name: string, read: (result: Result) => number, min?: number, max?: number }} Metric */
/** @type {Metric[]} */
const METRICS = [
  ...CATEGORIES.map((name) => ({ name, read: (/** @type {Result} */ { categories }) => (categories[name]?.score ?? 0) * 100, min: 100 })),
  { name: 'LCP, ms', read: ({ audits }) => audits['largest-contentful-paint'].numericValue, max: 1_000 },
  { name: 'CLS', read: ({ audits }) => audits['cumulative-layout-shift'].numericValue, max: 0 },
  { name: 'TBT, ms', read: ({ audits }) => audits['total-blocking-time'].numericValue, max: 50 },
];

/** @typedef {{ path: string, client: Client }} Page */

/**
 * Returns the pages, each with a client that has the cookies it needs.
 * @param {Doorcode} server
 * @param {SmtpSink} sink
 * @returns {Promise<Page[]>}
 */
async function pages(server, sink) {
  const { email } = customer(0);
  await server.addCustomer(customer(0));
  const [anonymous, requesting, signedIn] = [0, 1, 2].map(() => new Client(server.url));
  const code = sink.nextCode(email);
  await signedIn.post('/otp/request/', { contact_type: 'email', contact_value: email });
  await signedIn.post('/otp/verify/', { otp_code: await code });
  // After the notice "You are signed in" has been shown once, the page is the same on every later
  // visit.
  await signedIn.get('/account/');
  await requesting.post('/otp/request/', { contact_type: 'email', contact_value: email });
  return [
    { path: '/otp/request/', client: anonymous },
    { path: '/otp/verify/', client: requesting },
    { path: '/account/', client: signedIn },
  ];
}

/**
 * Runs Lighthouse on a page. The cookies are passed in a file, because everybody on the machine can
 * read a command line.
 * @param {Page} page
 * @param {string} folder for this page only
 * @returns {Promise<Result[]>}
 */
async function measure({ path, client }, folder) {
  const url = client.url + path;
  const { cookies } = client;
  const settings = {
    chromeFlags: CHROMIUM_FLAGS.join(' '),
    onlyCategories: CATEGORIES,
    ...(cookies && { extraHeaders: { Cookie: cookies } }),
  };
  const chromePath = systemBrowser() ?? chromium.executablePath();
  const config = join(folder, 'lighthouserc.json');
  await writeFile(config, JSON.stringify({ ci: { collect: { url: [url], numberOfRuns: RUNS, chromePath, settings } } }));
  const lighthouse = new Program(join(npmBin, 'lhci'), ['collect', `--config=${config}`], { cwd: folder });
  await lighthouse.exited;
  if (lighthouse.child.exitCode !== 0) {
    const pairs = cookies.split('; ').filter(Boolean);
    throw new Error(`Lighthouse failed:\n${pairs.reduce((text, pair) => text.replaceAll(pair, '(a cookie)'), lighthouse.output)}`);
  }
  return results(join(folder, '.lighthouseci'), url);
}

/**
 * @param {string} folder
 * @param {string} url
 * @returns {Promise<Result[]>}
 */
async function results(folder, url) {
  const names = (await readdir(folder)).filter((name) => /^lhr-.*\.json$/.test(name));
  /** @type {Result[]} */
  const runs = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  const redirected = runs.find(({ finalDisplayedUrl }) => finalDisplayedUrl !== url);
  if (redirected) throw new Error(`${url} redirected to ${redirected.finalDisplayedUrl}`);
  return runs;
}

/** @param {Metric} metric @param {number} value */
const isWithinLimit = ({ min = -Infinity, max = Infinity }, value) => value >= min && value <= max;

/**
 * Returns the audits that cost points in any run.
 * @param {Result[]} runs
 */
function failedAudits(runs) {
  const lines = runs.flatMap(({ categories, audits }) =>
    Object.values(categories).flatMap(({ auditRefs }) =>
      auditRefs
        .filter(({ id, weight }) => weight > 0 && (audits[id].score ?? 1) < 1)
        .map(({ id }) => `${id}: ${audits[id].title}${audits[id].displayValue ? ` (${audits[id].displayValue})` : ''}`),
    ),
  );
  return [...new Set(lines)];
}

const folder = await mkdtemp(join(tmpdir(), 'doorcode-lighthouse-'));
const sink = new SmtpSink();
const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await sink.start() });
try {
  const rows = [];
  for (const [index, page] of (await pages(server, sink)).entries()) {
    const pageFolder = join(folder, String(index));
    await mkdir(pageFolder);
    const runs = await measure(page, pageFolder);
    const medians = METRICS.map((metric) => quantile(runs.map(metric.read), 0.5));
    rows.push({ page: page.path, ...Object.fromEntries(METRICS.map(({ name }, index) => [name, round(medians[index])])) });
    const exceeded = METRICS.filter((metric, index) => !isWithinLimit(metric, medians[index]));
    if (exceeded.length === 0) continue;
    process.exitCode = 1;
    console.error(`${page.path} exceeds ${exceeded.map(({ name, min, max }) => `${name} ${min ?? max}`).join('; ')}`);
    for (const line of failedAudits(runs)) console.error(`  ${line}`);
  }
  console.table(rows);
} finally {
  await server.stop();
  sink.stop();
  await rm(folder, { recursive: true, force: true });
}
