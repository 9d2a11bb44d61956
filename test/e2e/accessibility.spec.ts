import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { admin, expect, signIn, test } from './latchkey.ts';

// Slow where every core is busy: axe looks at every element of every page.
test.describe.configure({ timeout: 180_000 });

const pages = ['/customers', '/sessions', '/admin/users', '/admin/sessions', '/admin/audit', '/'];

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [1280, 375]) {
		test(`axe finds nothing: ${colorScheme}, ${width} wide`, async ({ browser, server }) => {
			const context = await browser.newContext({
				baseURL: server.url,
				colorScheme,
				viewport: { width, height: 800 },
				reducedMotion: 'reduce'
			});
			const page = await context.newPage();
			for (const path of ['/', '/login', '/nowhere']) {
				await page.goto(path);
				await page.waitForLoadState('networkidle');
				await nothingFound(page, path);
			}
			await signIn(context, server, admin);
			for (const path of pages) {
				await page.goto(path);
				await page.waitForLoadState('networkidle');
				await nothingFound(page, `${path}, signed in`);
			}
			await page.goto('/customers');
			await page.getByRole('button', { name: 'Add customer' }).click();
			await expect(page.getByRole('dialog')).toBeVisible();
			await nothingFound(page, 'the customer dialog');
			await context.close();
		});
	}
}

test('axe finds nothing on the account chooser', async ({ page }) => {
	await page.goto('/login');
	const popup = page.waitForEvent('popup');
	await page.frameLocator('iframe[src*="/gsi/button"]').getByRole('button').click();
	const chooser = await popup;
	await chooser.waitForLoadState('networkidle');
	await nothingFound(chooser, 'the account chooser');
});

test('axe finds nothing on Swagger UI', async ({ page }) => {
	await page.goto('/swagger/index.html');
	await expect(page.locator('.opblock').first()).toBeVisible();
	await nothingFound(page, 'Swagger UI');
});

async function nothingFound(page: Page, where: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
	expect(found, where).toEqual([]);
}
