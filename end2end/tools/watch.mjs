// Drives `cargo leptos watch` as a developer does: edits a copy of the sources, target/test-watch/copy,
// and checks in Chromium that each edit takes effect. Exits with 1 if one does not.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, systemBrowser } from '../lib/browser.mjs';
import { root } from '../lib/paths.mjs';
import { Program, freePort, waitFor } from '../lib/process.mjs';
import { dump, hasPython } from '../lib/sql.mjs';

const FOLDER = `${root}/target/test-watch`;
const COPY = `${FOLDER}/copy`;
const MINUTE = 60_000;
/** The longest time until a new style is seen, in milliseconds. */
const STYLE_LIMIT = 1_000;
const TYPED = 'typed@example.com';

/** Copies every file that git tracks or would track. */
function copySources() {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  // A deleted file is still listed until the deletion is committed.
  const files = list.split('\0').filter((file) => file && existsSync(`${root}/${file}`));
  for (const file of files) cpSync(`${root}/${file}`, `${COPY}/${file}`);
}

/**
 * Replaces the first match in a file of the copy.
 * @param {string} file @param {RegExp} from @param {string} to
 */
function edit(file, from, to) {
  const text = readFileSync(`${COPY}/${file}`, 'utf8');
  if (!from.test(text)) throw new Error(`${file} has no ${from} any more: change this script`);
  writeFileSync(`${COPY}/${file}`, text.replace(from, to));
}

/** Runs `cargo leptos watch` on ports of its own. */
async function watch() {
  const [port, reloadPort] = [await freePort(), await freePort()];
  const program = new Program('cargo', ['leptos', 'watch'], {
    cwd: COPY,
    // The children of cargo-leptos end with it.
    detached: true,
    env: {
      ...process.env,
      CARGO_TARGET_DIR: `${FOLDER}/build`,
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      LEPTOS_RELOAD_PORT: String(reloadPort),
    },
  });
  return { program, url: `http://127.0.0.1:${port}` };
}

/** The checks, in the order of their edits. Each returns once the edit has taken effect. */
class Developer {
  /**
   * @param {Program} program @param {string} url @param {import('playwright-core').Browser} browser
   * @param {import('playwright-core').Page} page
   */
  constructor(program, url, browser, page) {
    this.program = program;
    this.url = url;
    this.browser = browser;
    this.page = page;
    this.request = `${url}/otp/request/`;
    this.field = page.locator('#contact_value');
    /** @type {string[]} */
    this.errors = [];
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
  }

  /** @param {string} what @param {() => Promise<boolean>} ask */
  async #until(what, ask, timeout = 5 * MINUTE) {
    await waitFor(
      what,
      () => {
        if (this.program.hasExited) throw new Error('cargo leptos watch has ended');
        // The server may be restarting, and the page reloading.
        return ask().catch(() => false);
      },
      timeout,
    );
  }

  /** @param {string} path */
  async #text(path) {
    const response = await fetch(this.url + path);
    return response.text();
  }

  async start() {
    await this.#until('the first build', async () => (await fetch(this.request)).ok, 30 * MINUTE);
    await this.page.goto(this.request);
    await this.page.waitForLoadState('networkidle');
  }

  /** Requests a code for the demo customer in a browser without JavaScript, and returns its page and mail. */
  async #requestCode() {
    const context = await this.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(this.request);
    await page.locator('#contact_value').fill('demo@wastebilling.local');
    await page.locator('#contact_value').press('Enter');
    await page.waitForURL('**/otp/verify/');
    const inbox = await waitFor('the mail of the demo customer', async () => {
      const text = await this.#text('/dev/inbox/');
      return /\b\d{6}\b/.test(text) && text;
    });
    return { page, inbox };
  }

  async demoCustomer() {
    const { page, inbox } = await this.#requestCode();
    await page.locator('#otp_code').fill(inbox.match(/\b\d{6}\b/)?.[0] ?? '');
    await page.locator('#otp_code').press('Enter');
    await page.waitForURL('**/account/');
    await page.context().close();
  }

  async style() {
    await this.field.fill(TYPED);
    edit('style/main.css', /$/, '\n:root { --edited: yes; }\n');
    const style = () => this.page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--edited').trim());
    await this.#until('the new style', async () => (await style()) === 'yes', STYLE_LIMIT);
    const typed = await this.field.inputValue();
    if (typed !== TYPED) throw new Error(`the field was reset to "${typed}"`);
    // Later edits restart the server, so that the page reports failed connections.
    if (this.errors.length > 0) throw new Error(`the console shows: ${this.errors.join('; ')}`);
  }

  async island() {
    edit('src/ui/islands/suggestion.rs', /set_class_name\("link"\)/, 'set_class_name("link edited")');
    await this.#until('the new island', async () => {
      await this.page.goto(this.request);
      await this.field.pressSequentially('ada@gmial.com');
      await this.page.locator('#suggestion .edited').waitFor({ timeout: 2_000 });
      return true;
    });
  }

  async sentence() {
    await this.page.goto(this.request);
    edit('src/ui/languages/en.ftl', /^request-heading = .*$/m, 'request-heading = Edited sentence');
    await this.#until('the new sentence, without a reload by hand', async () => (await this.page.title()).includes('Edited sentence'));
  }

  async template() {
    const starts = () => this.program.output.split('listening on').length;
    const before = starts();
    edit('src/server/transport/templates/code.subject.txt', /^/, 'Edited template ');
    await this.#until('a restart', async () => starts() > before);
    const { page, inbox } = await this.#requestCode();
    await page.context().close();
    if (!inbox.includes('Edited template')) throw new Error('the mail is made from the old template');
  }

  async component() {
    edit('src/ui/pages/request.rs', /t\("request-heading"\)/, 't("request-button")');
    await this.#until('the new page, without a reload by hand', async () => (await this.page.title()).includes('Send code'));
  }

  async serverFile() {
    edit('src/server/http/health.rs', /async \{ "ok" \}/, 'async { "edited" }');
    await this.#until('the new server', async () => (await this.#text('/health/live')) === 'edited');
  }

  async settings() {
    edit('Leptos.toml', /^name = .*$/m, 'name = 42 what');
    await this.#until('the warning of an invalid file', async () => this.program.output.includes('The changed settings are not used'), MINUTE);
    if (!(await fetch(this.request)).ok) throw new Error('an invalid file stopped the server');
    edit('Leptos.toml', /^name = .*$/m, 'name = "Edited brand"\nlogo = "missing.svg"');
    await this.#until('the error of a missing file', async () => this.program.output.includes('The server starts again when'), MINUTE);
    edit('Leptos.toml', /^logo = .*$/m, '');
    await this.#until('the new settings', async () => (await this.#text('/otp/request/')).includes('Edited brand'), MINUTE);
  }

  async migration() {
    writeFileSync(`${COPY}/migrations/sqlite/9999_edited.sql`, 'CREATE TABLE edited (id INTEGER PRIMARY KEY) STRICT;\n');
    await this.#until('the new table', async () => (await dump(`${COPY}/data/doorcode.db`)).includes('CREATE TABLE edited'));
    await this.#until('the server', async () => (await fetch(this.request)).ok, MINUTE);
  }
}

/** @param {Developer} developer */
async function run(developer) {
  /** @type {[string, () => Promise<void>][]} */
  const checks = [
    ['the first build serves the page at LEPTOS_SITE_ADDR', () => developer.start()],
    ['the demo customer signs in', () => developer.demoCustomer()],
    ['a style is seen within a second and keeps what was typed', () => developer.style()],
    ['the browser runs the edited island', () => developer.island()],
    ['a sentence reloads the page', () => developer.sentence()],
    ['a template is used', () => developer.template()],
    ['a component of the page reloads the page', () => developer.component()],
    ['a server file restarts the server', () => developer.serverFile()],
    ['Leptos.toml restarts the server, which survives invalid settings', () => developer.settings()],
    ['a migration is applied', () => developer.migration()],
  ];
  for (const [name, check] of checks) {
    const begun = performance.now();
    await check();
    console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${name}`);
  }
}

/** Ends cargo-leptos and its children. @param {Program} program */
async function stop(program) {
  if (!program.hasExited) process.kill(-program.pid, 'SIGTERM');
  await program.exited;
}

if (!hasPython) throw new Error('python3 is missing; it reads the database');
copySources();
const { program, url } = await watch();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(program).then(() => process.exit(1)));
try {
  const browser = await chromium.launch({ executablePath: systemBrowser(), args: CHROMIUM_FLAGS });
  const page = await browser.newPage();
  await run(new Developer(program, url, browser, page));
  await browser.close();
} catch (error) {
  writeFileSync(`${FOLDER}/output.log`, program.output);
  console.error(`${error}\nThe output of cargo leptos watch is in ${FOLDER}/output.log`);
  process.exitCode = 1;
} finally {
  await stop(program);
}
// A failed check leaves the browser open.
process.exit();
