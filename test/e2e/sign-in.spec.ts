import { admin, chooseAccount, expect, signIn, test } from './latchkey.ts';

test('a visitor is sent to the login page and back to the customers', async ({ page }) => {
	await page.goto('/customers');
	await expect(page).toHaveURL(/\/login/);

	await chooseAccount(page, 'Alan Turing');

	await expect(page).toHaveURL('/customers');
	await expect(page.getByRole('cell', { name: 'Zoë Müller', exact: true })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Account of Alan Turing' })).toBeVisible();
});

test('a visitor comes back to the very address', async ({ page }) => {
	await page.goto('/sessions?from=bookmark');
	await expect(page).toHaveURL(/\/login/);

	await chooseAccount(page, 'Alan Turing');

	await expect(page).toHaveURL('/sessions?from=bookmark');
});

test('One Tap signs in with one click', async ({ page }) => {
	await page.goto('/login');
	await page.frameLocator('iframe[src*="/gsi/onetap"]').getByRole('button', { name: 'Grace Hopper' }).click();
	await expect(page.getByRole('button', { name: 'Account of Grace Hopper' })).toBeVisible();
});

test('after signing out the old cookie opens nothing', async ({ page, context, server }) => {
	await signIn(context, server, 'leaver@example.com');
	await page.goto('/customers');
	const [stolen] = await context.cookies();
	expect(stolen).toMatchObject({ name: 'session_id', httpOnly: true, sameSite: 'Strict' });

	await page.getByRole('button', { name: /^Account of/ }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await expect(page.getByRole('button', { name: /^Account of/ })).toHaveCount(0);
	expect(await context.cookies()).toEqual([]);

	const answer = await fetch(`${server.url}/api/user`, { headers: { Cookie: `session_id=${stolen!.value}` } });
	expect(answer.status).toBe(401);
	expect(await answer.json()).toMatchObject({ code: 'session_revoked', cause: 'signed_out' });
});

test('an email that Google has not verified is refused in words', async ({ page }) => {
	await page.goto('/login');
	await chooseAccount(page, 'Mary Shelley');
	await expect(page.getByRole('alert')).toContainText(/not verified|verif/i);
	await expect(page).toHaveURL(/\/login/);
});

test('a next address elsewhere is not followed', async ({ page, context, server }) => {
	await signIn(context, server, 'alan@example.com');
	for (const next of ['https://example.org/', '//example.org/', '/\\example.org', 'javascript:alert(1)']) {
		await page.goto(`/login?next=${encodeURIComponent(next)}`);
		await page.waitForURL((url) => url.pathname !== '/login');
		expect(new URL(page.url()).origin).toBe(server.url);
	}
});

test('a session ended by an administrator ends in the other browser at the next click', async ({ page, context, browser, server }) => {
	await signIn(context, server, 'traveller@example.com');
	await page.goto('/customers');
	await expect(page.getByRole('cell', { name: 'Zoë Müller', exact: true })).toBeVisible();

	const office = await browser.newContext({ baseURL: server.url });
	await signIn(office, server, admin);
	const desk = await office.newPage();
	await desk.goto('/admin/sessions');
	await desk.getByRole('button', { name: /of traveller@example\.com/ }).click();
	await desk.getByRole('dialog').getByRole('textbox').fill('Lost laptop');
	await desk.getByRole('dialog').getByRole('button', { name: /^End/ }).click();
	await expect(desk.getByRole('button', { name: /of traveller@example\.com/ })).toHaveCount(0);
	await office.close();

	await page.getByRole('link', { name: 'Sessions' }).first().click();
	await expect(page).toHaveURL(/\/login/);
	await expect(page.getByText(/administrator/i).first()).toBeVisible();
	await expect(page.getByText('Lost laptop')).toBeVisible();
});

test('a disabled user is shut out and told so', async ({ page, context, browser, server }) => {
	await signIn(context, server, 'trouble@example.com');
	await page.goto('/customers');
	await expect(page.getByRole('cell', { name: 'Zoë Müller', exact: true })).toBeVisible();

	const office = await browser.newContext({ baseURL: server.url });
	await signIn(office, server, admin);
	const users = await (await office.request.get('/api/users?q=trouble')).json();
	const answer = await office.request.patch(`/api/users/${users.results[0].id}`, { data: { disabled: true, reason: 'Contract ended' } });
	expect(answer.ok()).toBeTruthy();
	await office.close();

	await page.reload();
	await expect(page).toHaveURL(/\/login/);
	await expect(page.getByText(/disabled/i).first()).toBeVisible();
	await chooseOther(page, 'trouble@example.com');
	await expect(page.getByRole('alert')).toContainText(/disabled/i);
});

test('at another address the login page says where to sign in', async ({ page, server }) => {
	await page.goto(server.url.replace('localhost', '127.0.0.1') + '/login?next=/sessions');
	await page.getByRole('link', { name: server.url }).click();
	await expect(page).toHaveURL('/login?next=/sessions');
	await expect(page.frameLocator('iframe[src*="/gsi/button"]').getByRole('button')).toBeVisible();
});

test('somebody who is no administrator is told so', async ({ page, context, server }) => {
	await signIn(context, server, 'alan@example.com');
	await page.goto('/admin/users');
	await expect(page.getByRole('heading', { name: /administrator/i })).toBeVisible();
});

test('no secret is in the log', async ({ page, context, server }) => {
	await signIn(context, server, 'alan@example.com');
	await page.goto('/customers');
	const [cookie] = await context.cookies();
	expect(server.logged()).not.toContain(cookie!.value);
	expect(server.logged()).not.toMatch(/eyJ[\w-]+\./);
});

/** Signs in as somebody whom the chooser doesn't offer. */
async function chooseOther(page: import('@playwright/test').Page, email: string): Promise<void> {
	const popup = page.waitForEvent('popup');
	await page.frameLocator('iframe[src*="/gsi/button"]').getByRole('button').click();
	const chooser = await popup;
	await chooser.getByRole('button', { name: /Use another account/ }).click();
	await chooser.getByLabel('Email').fill(email);
	await chooser.getByRole('button', { name: 'Continue' }).click();
}
