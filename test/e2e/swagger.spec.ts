import { expect, test } from './latchkey.ts';

test('QA signs in on the Swagger page and tries a call out', async ({ page }) => {
	await page.goto('/docs');
	await expect(page).toHaveURL('/swagger/index.html');
	const popup = page.waitForEvent('popup');
	await page.frameLocator('iframe[src*="/gsi/button"]').getByRole('button').click();
	await (await popup).getByRole('button', { name: 'Alan Turing' }).click();
	await expect(page.getByText('alan@example.com').first()).toBeVisible();

	const operation = page.locator('.opblock', { has: page.locator('[data-path="/customer"]') }).first();
	await operation.locator('.opblock-summary').click();
	await operation.getByRole('button', { name: 'Try it out' }).click();
	await operation.getByRole('button', { name: 'Execute' }).click();
	await expect(operation.locator('.live-responses-table tr.response .response-col_status').first()).toContainText('200');
	await expect(operation.locator('.live-responses-table')).toContainText('Zoë Müller');
});
