import { test as base } from '@playwright/test';
import { Doorcode, type Customer } from '../lib/doorcode.mjs';
import { ContactScreen, SessionsScreen, StepUpScreen, UndoScreen } from '../pages/account-pages.ts';
import { AccountScreen } from '../pages/account-screen.ts';
import { ConfirmScreen } from '../pages/confirm-screen.ts';
import { NotMeScreen } from '../pages/not-me-screen.ts';
import { RequestScreen } from '../pages/request-screen.ts';
import { VerifyScreen } from '../pages/verify-screen.ts';
import { Mailbox } from './mailbox.ts';
import { Problems } from './problems.ts';
import { TextMessages } from './text-messages.ts';

export { expect } from '@playwright/test';
export type { Customer };

export interface TestOptions {
  /** Whether the islands run; without them, the pages are plain forms. */
  hydrated: boolean;
  /** Whether axe checks each screen. */
  audited: boolean;
  /** The errors that a test causes intentionally. */
  allowedProblems: RegExp[];
}

export interface Screens {
  request: RequestScreen;
  verify: VerifyScreen;
  account: AccountScreen;
  confirm: ConfirmScreen;
  notMe: NotMeScreen;
  stepUp: StepUpScreen;
  sessions: SessionsScreen;
  contact: ContactScreen;
  undo: UndoScreen;
}

interface TestFixtures extends TestOptions {
  /** A customer that no other test uses. */
  customer: Customer;
  texts: TextMessages;
  screens: Screens;
  problems: Problems;
  /** Requests a code by email in the test's browser, and returns the code. */
  requestCodeByEmail: () => Promise<string>;
  /** Requests a code by text message in the test's browser, and returns the code. */
  requestCodeByText: () => Promise<string>;
  /** Signs in with the test's browser. */
  signIn: () => Promise<void>;
}

interface WorkerFixtures {
  mailbox: Mailbox;
  server: Doorcode;
  /** Returns the number of the next customer of this worker's server. */
  nextCustomerNumber: () => number;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  hydrated: [true, { option: true }],
  audited: [true, { option: true }],
  allowedProblems: [[], { option: true }],

  mailbox: [
    async ({}, use) => {
      const mailbox = await Mailbox.start();
      await use(mailbox);
      await mailbox.stop();
    },
    { scope: 'worker' },
  ],

  server: [
    async ({ mailbox }, use) => {
      const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: mailbox.smtpUrl });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  nextCustomerNumber: [
    async ({}, use) => {
      let number = 0;
      await use(() => (number += 1));
    },
    { scope: 'worker' },
  ],

  baseURL: ({ server }, use) => use(server.url),

  customer: async ({ server, nextCustomerNumber }, use) => {
    const number = nextCustomerNumber();
    const customer = { name: `Customer Number${number}`, email: `customer${number}@example.com`, phone: `+1202555${1000 + number}` };
    await server.addCustomer(customer);
    await use(customer);
  },

  texts: ({ server }, use) => use(new TextMessages(server)),

  screens: ({ page, hydrated, audited, javaScriptEnabled }, use) => {
    const mode = { isHydrated: hydrated, isAudited: audited, runsScripts: javaScriptEnabled !== false };
    return use({
      request: new RequestScreen(page, mode),
      verify: new VerifyScreen(page, mode),
      account: new AccountScreen(page, mode),
      confirm: new ConfirmScreen(page, mode),
      notMe: new NotMeScreen(page, mode),
      stepUp: new StepUpScreen(page, mode),
      sessions: new SessionsScreen(page, mode),
      contact: new ContactScreen(page, mode),
      undo: new UndoScreen(page, mode),
    });
  },

  problems: [
    async ({ context, server, mailbox, allowedProblems, javaScriptEnabled }, use, testInfo) => {
      const outputStart = server.output.length;
      await mailbox.clear();
      const problems = new Problems(context, allowedProblems, javaScriptEnabled !== false);
      await use(problems);
      const output = server.output.slice(outputStart);
      if (output.includes('panicked at')) problems.found.push('the server panicked');
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('server output', { body: output });
      base.expect(problems.found, 'unexpected errors').toEqual([]);
    },
    { auto: true },
  ],

  requestCodeByEmail: ({ screens, customer, mailbox }, use) =>
    use(async () => {
      await screens.request.open();
      await screens.request.requestCode('email', customer.email);
      await screens.verify.assertLoaded('email');
      return await mailbox.codeTo(customer.email);
    }),

  requestCodeByText: ({ screens, customer, texts }, use) =>
    use(async () => {
      await screens.request.open();
      await screens.request.requestCode('phone', customer.phone);
      await screens.verify.assertLoaded('phone');
      return (await texts.next()).code;
    }),

  signIn: ({ screens, requestCodeByEmail }, use) =>
    use(async () => {
      await screens.verify.submitCode(await requestCodeByEmail());
      await screens.account.assertLoaded();
    }),
});

/** Returns a wrong code for `code`: a different one for each `offset` from 1 to 9. */
export function wrongCode(code: string, offset = 1): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + offset) % 10);
}
