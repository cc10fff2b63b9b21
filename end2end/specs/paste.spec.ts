import { paste } from '../support/browser-helpers.ts';
import { test } from '../support/fixtures.ts';
import type { VerifyScreen } from '../pages/verify-screen.ts';

const inScript = (zero: number) => (code: string) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
const inHalves = (separator: string) => (code: string) => code.slice(0, 3) + separator + code.slice(3);

const SHAPES: [string, (code: string) => string][] = [
  ['a code with a space', inHalves(' ')],
  ['a code with a dash', inHalves('-')],
  ['a code with a line break', inHalves('\n')],
  ['a code surrounded by spaces', (code) => `  ${code}  `],
  ['a code in full-width digits', inScript(0xff10)],
  ['a code in Arabic-Indic digits', inScript(0x0660)],
  ['a sentence with the code', (code) => `Your code is ${inHalves(' ')(code)}!`],
];

// With the islands, a paste is submitted automatically. The plain form needs its button, and the
// server accepts the same shapes.
for (const [what, shape] of SHAPES) {
  test(`pasting ${what} signs in`, async ({ screens, hydrated, requestCodeByEmail }) => {
    await enter(screens.verify, hydrated, shape(await requestCodeByEmail()));
    await screens.account.assertLoaded();
  });
}

test('pasting the whole mail signs in', async ({ screens, hydrated, customer, mailbox, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const { text } = await mailbox.mailTo(customer.email);
  await enter(screens.verify, hydrated, text);
  await screens.account.assertLoaded();
});

test('pasting the whole text message signs in', async ({ screens, hydrated, texts, requestCodeByText }) => {
  await requestCodeByText();
  await enter(screens.verify, hydrated, (await texts.next()).text);
  await screens.account.assertLoaded();
});

async function enter({ field, continueButton }: VerifyScreen, hydrated: boolean, text: string): Promise<void> {
  if (hydrated) return paste(field, text);
  await field.fill(text);
  await continueButton.click();
}
