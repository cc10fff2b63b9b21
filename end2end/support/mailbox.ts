import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmBin } from '../lib/paths.mjs';
import { Program, freePort, waitFor } from '../lib/process.mjs';

/** An email, as maildev's REST API returns it. */
export interface Mail {
  id: string;
  time: string;
  subject: string;
  text: string;
  html: string;
  to: { address: string }[];
}

/** A real SMTP server, maildev, and the emails that it received. */
export class Mailbox {
  private constructor(
    private readonly program: Program,
    private readonly directory: string,
    private readonly api: string,
    /** The value of DOORCODE__EMAIL__URL. */
    readonly smtpUrl: string,
  ) {}

  static async start(): Promise<Mailbox> {
    const directory = await mkdtemp(join(tmpdir(), 'doorcode-mails-'));
    const smtp = await freePort();
    const web = await freePort();
    const args = ['--smtp', `${smtp}`, '--web', `${web}`, '--ip', '127.0.0.1', '--web-ip', '127.0.0.1', '--silent'];
    const program = new Program(join(npmBin, 'maildev'), [...args, '--mail-directory', directory]);
    const api = `http://127.0.0.1:${web}/api/email`;
    await program.waitUntilReady('maildev to reply', () => fetch(api).then((response) => response.ok, () => false));
    return new Mailbox(program, directory, api, `smtp://127.0.0.1:${smtp}?tls=none`);
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Returns the emails to this address, oldest first. */
  async mailsTo(address: string): Promise<Mail[]> {
    const mails = (await (await fetch(this.api)).json()) as Mail[];
    const own = mails.filter(({ to }) => to.some((recipient) => recipient.address.toLowerCase() === address.toLowerCase()));
    return own.sort((a, b) => a.time.localeCompare(b.time));
  }

  /** Waits for the email to this address after the first `skip` ones. */
  async mailTo(address: string, skip = 0): Promise<Mail> {
    return waitFor(`mail ${skip + 1} to ${address}`, async () => (await this.mailsTo(address))[skip]);
  }

  /** Returns the code in that email, which is alone on its line. */
  async codeTo(address: string, skip = 0): Promise<string> {
    const { text } = await this.mailTo(address, skip);
    const code = /^\s*(\d{6}|[A-Z]{8})\s*$/m.exec(text)?.[1];
    if (!code) throw new Error(`no code alone on a line in:\n${text}`);
    return code;
  }

  /** Deletes all emails. Otherwise the API would return every email of the run. */
  async clear(): Promise<void> {
    await fetch(`${this.api}/all`, { method: 'DELETE' });
  }
}
