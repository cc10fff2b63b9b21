import { expect, type Locator } from '@playwright/test';
import type { ContactType } from './request-screen.ts';
import { Screen } from './screen.ts';

const HEADING = { email: 'Check your email', phone: 'Check your phone' } as const;
const SWITCH = { email: 'Send it by email instead', phone: 'Send it by text message instead' } as const;
const CHANGE_CONTACT = { email: 'Use a different email address', phone: 'Use a different mobile number' } as const;

/** /otp/verify/ */
export class VerifyScreen extends Screen {
  protected readonly path = '/otp/verify/';
  protected override readonly form = this.page.locator('#verify-form');

  async assertLoaded(type: ContactType = 'email'): Promise<void> {
    await this.assertLoadedAs(HEADING[type]);
  }

  /** Asserts that the sign-in has no attempts left and the code form is not shown. */
  async assertExhausted(): Promise<void> {
    await expect(this.heading).toHaveText('You cannot sign in with this code');
    await expect(this.field).toHaveCount(0);
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^\d-(digit|letter) code$/ });
  }

  get continueButton(): Locator {
    return this.form.getByRole('button');
  }

  get resendButton(): Locator {
    return this.page.getByRole('button', { name: 'Send a new code' });
  }

  changeContactButton(type: ContactType = 'email'): Locator {
    return this.page.getByRole('button', { name: CHANGE_CONTACT[type] });
  }

  /** The button that sends the code to the customer's other contact. */
  switchButton(to: ContactType): Locator {
    return this.page.getByRole('button', { name: SWITCH[to] });
  }

  get lead(): Locator {
    return this.page.locator('.lead');
  }

  /** The delivery status of the message. */
  get delivery(): Locator {
    return this.page.locator('#delivery');
  }

  /** Asserts the delivery status. Without islands, the page has to be reloaded to show it. */
  async assertDelivery(state: string, text: string | RegExp): Promise<void> {
    if (this.mode.isHydrated) return this.assertDeliveryNow(state, text);
    await expect(async () => {
      await this.page.reload();
      await this.assertDeliveryNow(state, text, 100);
    }).toPass({ timeout: 7_000 });
  }

  private async assertDeliveryNow(state: string, text: string | RegExp, timeout?: number): Promise<void> {
    await expect(this.delivery).toHaveText(text, { timeout });
    await expect(this.delivery).toHaveAttribute('data-state', state, { timeout });
  }

  get attempts(): Locator {
    return this.page.locator('#attempts');
  }

  get timeLeft(): Locator {
    return this.page.locator('#left');
  }

  async submitCode(code: string): Promise<void> {
    // An island submits a pasted code by itself. A typed code needs the button in every mode.
    await this.field.clear();
    await this.field.pressSequentially(code);
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  async assertAttempts(left: number): Promise<void> {
    await expect(this.attempts).toHaveText(`Attempts remaining: ${left}`);
  }

  /** Asserts that the whole code is selected, so that the next key replaces it. */
  async assertSelected(code: string): Promise<void> {
    await expect(this.field).toHaveValue(code);
    await expect(this.field).toBeFocused();
    const selection = () =>
      this.field.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0));
    await expect.poll(selection).toBe(code);
  }

  /** Returns the seconds that the countdown shows. */
  async secondsLeft(): Promise<number> {
    await expect(this.timeLeft).toHaveText(/\d:\d\d/);
    const [minutes = 0, seconds = 0] = (await this.timeLeft.innerText()).match(/\d+/g)?.map(Number) ?? [];
    return minutes * 60 + seconds;
  }
}
