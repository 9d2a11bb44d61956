import type { Locator, Page } from '@playwright/test';
import { expect, test } from './latchkey.ts';

test('the keyboard alone signs in, adds a customer and signs out', async ({ page }) => {
	await page.goto('/login');
	const popup = page.waitForEvent('popup');
	await tabTo(page, page.locator('iframe[src*="/gsi/button"]'));
	await page.keyboard.press('Enter');
	const chooser = await popup;
	await tabTo(chooser, chooser.getByRole('button', { name: /Alan Turing/ }));
	await chooser.keyboard.press('Enter');
	await expect(page).toHaveURL('/customers');

	await tabTo(page, page.getByRole('button', { name: 'Add customer' }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
	await page.keyboard.type('Keyed In');
	await page.keyboard.press('Tab');
	await page.keyboard.type('nobody');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog').getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
	await tabTo(page, page.getByRole('dialog').getByLabel('Email'));
	await page.keyboard.type('@example.com');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(page.getByRole('cell', { name: 'Keyed In', exact: true })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Add customer' })).toBeFocused();

	await tabTo(page, page.getByRole('button', { name: 'Delete Keyed In' }));
	await page.keyboard.press('Enter');
	await tabTo(page, page.getByRole('button', { name: 'Delete customer' }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('cell', { name: 'Keyed In', exact: true })).toHaveCount(0);
	await expect(page.locator('main')).toBeFocused();

	await tabTo(page, page.getByRole('button', { name: /^Account of/ }), 'Shift+Tab');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('menu')).toBeVisible();
	await page.keyboard.press('ArrowUp'); // the last item
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: /^Account of/ })).toHaveCount(0);
});

test('the first stop of the keyboard skips to the content', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('heading').first().waitFor();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: /skip/i })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.locator('main')).toBeFocused();
});

/** Presses Tab, or another key, until the element has the focus. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
	await target.waitFor();
	for (let stops = 0; stops < 60; stops++) {
		if (await target.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press(key);
	}
	throw new Error('the keyboard does not get there');
}
