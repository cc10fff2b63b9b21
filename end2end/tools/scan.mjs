// Attacks the running server with wapiti (https://wapiti-scanner.github.io) as an anonymous
// visitor, as a visitor who has requested a code, and as a signed-in customer. Exits with 1 on a
// finding above informational. Reports are kept in target/scan.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { Client } from '../lib/client.mjs';
import { Doorcode, customer } from '../lib/doorcode.mjs';
import { root } from '../lib/paths.mjs';
import { Program, freePort } from '../lib/process.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';

const FOLDER = `${root}/target/scan`;
const INFORMATIONAL = 0;
/**
 * All modules except those that look for other software (content managers, network devices, Java
 * servers), need a server or a database on the internet, judge the proxy's TLS, or look for hidden
 * tokens in forms. We use no such tokens but check the origin of a form.
 */
const MODULES = [
  'backup', 'cookieflags', 'crlf', 'csp', 'exec', 'file', 'htaccess', 'http_headers', 'ldap', 'methods', 'permanentxss',
  'redirect', 'shellshock', 'sql', 'timesql', 'upload', 'xss',
];
const PATHS = ['/', '/otp/request/?next=/account/', '/otp/verify/', '/otp/resend/', '/otp/not-me/?token=a', '/otp/status/', '/otp/challenge/', '/account/', '/account/sessions/', '/account/contact/', '/account/confirm/', '/account/undo/?token=a'];

/**
 * Serves TLS in front of the program, as customers get it: otherwise browsers would not keep its
 * cookies.
 * @param {number} port @param {number} upstream
 */
function serveTls(port, upstream) {
  const files = ['-keyout', `${FOLDER}/tls.key`, '-out', `${FOLDER}/tls.pem`];
  const subject = ['-subj', '/CN=127.0.0.1', '-days', '2', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...files], { stdio: 'ignore' });
  const [key, cert] = ['key', 'pem'].map((kind) => readFileSync(`${FOLDER}/tls.${kind}`));
  const server = createServer({ key, cert }, (client) => {
    const program = connect(upstream, '127.0.0.1');
    for (const [from, to] of /** @type {const} */ ([[client, program], [program, client]])) {
      from.on('error', () => to.destroy()).pipe(to);
    }
  });
  return server.listen(port, '127.0.0.1');
}

/** @typedef {{ as: string, kind: string, level: number, method: string, path: string, info: string }} Finding */

/**
 * Returns wapiti's findings with these cookies.
 * @param {string} name @param {string} url @param {string} cookies @param {string[]} options
 * @returns {Promise<Finding[]>}
 */
async function scan(name, url, cookies, options = []) {
  const report = `${FOLDER}/${name}.json`;
  const wapiti = new Program('wapiti', [
    '-u', `${url}/`, ...PATHS.flatMap((path) => ['-s', url + path]), '-m', MODULES.join(), ...options,
    ...(cookies && ['-C', cookies]), '-H', 'Sec-Fetch-Site: same-origin', '-H', 'Accept: text/html',
    '--store-session', `${FOLDER}/${name}`, '--store-config', `${FOLDER}/${name}`, '--flush-session', '--no-bugreport',
    '--max-attack-time', '60', '-t', '10', '-f', 'json', '-o', report,
  ]);
  await wapiti.exited;
  if (wapiti.child.exitCode !== 0) throw new Error(`${wapiti.name} failed:\n${wapiti.output}`);
  const { vulnerabilities, anomalies, infos } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${name}: ${infos.crawled_pages_nbr} pages and forms`);
  return [vulnerabilities, anomalies].flatMap((kinds) => Object.entries(kinds))
    .flatMap(([kind, findings]) => findings.map((/** @type {Finding} */ finding) => ({ ...finding, as: name, kind })));
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const sink = new SmtpSink();
const port = await freePort();
const url = `https://127.0.0.1:${port}`;
const server = await Doorcode.start({
  DOORCODE__BRAND__PUBLIC_URL: url,
  DOORCODE__EMAIL__BACKEND: 'smtp',
  DOORCODE__EMAIL__URL: await sink.start(),
});
const tls = serveTls(port, Number(new URL(server.url).port));
try {
  const { email } = customer(0);
  await server.addCustomer(customer(0));
  const [requesting, signedIn] = [new Client(server.url), new Client(server.url)];
  const code = sink.nextCode(email);
  await signedIn.post('/otp/request/', { contact_type: 'email', contact_value: email });
  await signedIn.post('/otp/verify/', { otp_code: await code });
  await requesting.post('/otp/request/', { contact_type: 'email', contact_value: email });
  const findings = [
    await scan('anonymous', url, ''),
    await scan('requesting', url, requesting.cookies, ['-x', `${url}/otp/change/`]),
    await scan('customer', url, signedIn.cookies, ['-x', `${url}/otp/logout/`, '-x', `${url}/account/sessions/all/`, '-x', `${url}/account/sessions/`]),
  ].flat();
  if ((await signedIn.get('/account/')).status !== 200) throw new Error('the customer did not stay signed in');
  console.table(findings.map(({ as, kind, level, method, path, info }) => ({ as, kind, level, method, path, info })));
  const relevant = findings.filter(({ level }) => level > INFORMATIONAL).length;
  const panics = server.output.match(/panicked/g)?.length ?? 0;
  console.log(`${relevant} findings above informational, ${panics} panics of the program`);
  process.exitCode = relevant + panics > 0 ? 1 : 0;
} finally {
  tls.close();
  await server.stop();
  await sink.stop();
}
