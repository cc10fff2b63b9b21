import { paste } from '../support/browser-tricks.ts';
import { test } from '../support/fixtures.ts';
import type { VerifyScreen } from '../pages/verify-screen.ts';

const inScript = (zero: number) => (code: string) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
const inHalves = (separator: string) => (code: string) => code.slice(0, 3) + separator + code.slice(3);

const SHAPES: [string, (code: string) => string][] = [
  ['the code with a space', inHalves(' ')],
  ['the code with a dash', inHalves('-')],
  ['the code with a line break', inHalves('\n')],
  ['the code between blanks', (code) => `  ${code}  `],
  ['full-width digits', inScript(0xff10)],
  ['Arabic-Indic digits', inScript(0x0660)],
  ['a sentence', (code) => `Your code is ${inHalves(' ')(code)}!`],
];

// With the islands, a paste is submitted automatically. The plain form needs its button, and the
// server accepts the same shapes.
for (const [what, shape] of SHAPES) {
  test(`${what} gives the code`, async ({ screens, hydrated, askByEmail }) => {
    await enter(screens.verify, hydrated, shape(await askByEmail()));
    await screens.account.assertLoaded();
  });
}

test('the text of the whole mail gives the code', async ({ screens, hydrated, customer, mailbox, askByEmail }) => {
  await askByEmail();
  const { text } = await mailbox.mailTo(customer.email);
  await enter(screens.verify, hydrated, text);
  await screens.account.assertLoaded();
});

test('the text of the whole text message gives the code', async ({ screens, hydrated, texts, askByPhone }) => {
  await askByPhone();
  await enter(screens.verify, hydrated, (await texts.next()).text);
  await screens.account.assertLoaded();
});

async function enter({ field, continueButton }: VerifyScreen, hydrated: boolean, text: string): Promise<void> {
  if (hydrated) return paste(field, text);
  await field.fill(text);
  await continueButton.click();
}
