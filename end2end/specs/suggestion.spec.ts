import { expect, test } from '../support/fixtures.ts';

test('a rejected address with a typo is shown with a suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.fill('ada@gmial.com');
  await screens.request.field.press('Enter');
  await screens.request.assertError('No customer found with this contact information.');
  await screens.request.assertContact('email', 'ada@gmial.com');
  await expect(page.locator('#suggestion')).toHaveText('Did you mean ada@gmail.com?');
  await expect(screens.request.field).toHaveAccessibleDescription(/Did you mean ada@gmail\.com\?/);
});

test('a rejected address without a typo is shown without a suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.requestCode('email', 'nobody@example.com');
  await screens.request.assertError('No customer found with this contact information.');
  await expect(page.locator('#suggestion')).toBeEmpty();
});
