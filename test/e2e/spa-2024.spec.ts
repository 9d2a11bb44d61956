// A client in the manner of a Svelte app of 2024: another origin, axios with credentials, a
// JSON text as the body with axios's default Content-Type for text.
import { createServer, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { admin, chooseAccount, expect, signIn, test, type Server } from './latchkey.ts';

const axios = readFileSync(join(import.meta.dirname, 'node_modules/axios/dist/axios.min.js'));

const page2024 = (api: string) => `<!doctype html><html lang="en"><title>Client</title>
<script src="/axios.js"></script>
<div id="googleButton"></div><p id="user"></p><ul id="customers"></ul><button id="out">Logout</button>
<script>
	const api = axios.create({ baseURL: '${api}', withCredentials: true });
	api.interceptors.response.use(
		(response) => response,
		(error) => {
			const status = error.response && error.response.status;
			if ((status === 401 || status === 403) && location.pathname !== '/login') location.assign('/login');
			return Promise.reject(error);
		}
	);
	async function signedIn(response) {
		const answer = await api.post('/api/login/', JSON.stringify(response));
		window.authenticatedAs = answer.data.Authenticated_as;
		location.assign('/customer');
	}
	async function customerPage() {
		const user = await api.get('/api/user/');
		document.querySelector('#user').textContent = user.data.username;
		const list = await api.get('/api/customer/');
		document.querySelector('#customers').innerHTML = list.data.results.map((c) => '<li></li>').join('');
		list.data.results.forEach((c, i) => (document.querySelectorAll('li')[i].textContent = c.name));
	}
	function loginPage() {
		const script = document.createElement('script');
		script.src = '${api}/dev/google/gsi/client';
		script.onload = () => {
			google.accounts.id.initialize({ client_id: 'standin.localhost', callback: signedIn });
			google.accounts.id.renderButton(document.querySelector('#googleButton'), { theme: 'outline', size: 'large' });
		};
		document.head.append(script);
	}
	document.querySelector('#out').onclick = async () => {
		window.loggedOut = (await api.get('/api/logout/')).data;
		await customerPage().catch(() => {});
	};
	if (location.pathname === '/login') loginPage();
	else customerPage().catch(() => {});
</script></html>`;

async function serveClient(server: Server, origin: string): Promise<HttpServer> {
	const client = createServer((request, response) => {
		const script = request.url === '/axios.js';
		response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
		response.end(script ? axios : page2024(server.url));
	});
	client.listen(Number(new URL(origin).port), '127.0.0.1');
	await once(client, 'listening');
	return client;
}

test('an axios client on an allowed origin works unchanged', async ({ page, server }) => {
	const client = await serveClient(server, server.otherOrigin);
	const login = page.waitForRequest((request) => request.url() === `${server.url}/api/login/` && request.method() === 'POST');

	await page.goto(`${server.otherOrigin}/customer`);
	await expect(page).toHaveURL(`${server.otherOrigin}/login`); // its interceptor, at the 401
	await chooseAccount(page, 'Alan Turing');

	await expect(page).toHaveURL(`${server.otherOrigin}/customer`);
	expect(await (await login).headerValue('content-type')).toContain('application/x-www-form-urlencoded');
	await expect(page.locator('#user')).toHaveText('alan@example.com');
	await expect(page.getByText('Zoë Müller')).toBeVisible();

	await page.getByRole('button', { name: 'Logout' }).click();
	await expect(page).toHaveURL(`${server.otherOrigin}/login`);
	client.close();
});

test('it is moved to its login page when its user is disabled', async ({ page, browser, context, server }) => {
	const client = await serveClient(server, server.otherOrigin);
	await signIn(context, server, 'spa-user@example.com');
	await page.goto(`${server.otherOrigin}/customer`);
	await expect(page.locator('#user')).toHaveText('spa-user@example.com');

	const office = await browser.newContext({ baseURL: server.url });
	await signIn(office, server, admin);
	const users = await (await office.request.get('/api/users?q=spa-user')).json();
	await office.request.patch(`/api/users/${users.results[0].id}`, { data: { disabled: true } });
	await office.close();

	await page.reload();
	await expect(page).toHaveURL(`${server.otherOrigin}/login`);
	client.close();
});

test('a page of an origin that is not allowed reads nothing and changes nothing', async ({ page, context, server }) => {
	const elsewhere = createServer((_, response) => {
		response.setHeader('Content-Type', 'text/html');
		response.end('<!doctype html><title>Elsewhere</title>');
	}).listen(0, '127.0.0.1');
	await once(elsewhere, 'listening');
	const address = elsewhere.address() as { port: number };
	await signIn(context, server, 'alan@example.com');

	await page.goto(`http://localhost:${address.port}/`);
	const outcome = await page.evaluate(async (api) => {
		const attempt = (path: string, init?: RequestInit) =>
			fetch(api + path, { credentials: 'include', ...init }).then(
				async (answer) => `${answer.type} ${answer.status}`,
				() => 'refused'
			);
		return {
			read: await attempt('/api/user'),
			write: await attempt('/api/customer', { method: 'POST', mode: 'no-cors', body: '{"name":"x","email":"x@example.com"}' }),
			logout: await attempt('/api/logout', { mode: 'no-cors' })
		};
	}, server.url);
	elsewhere.close();

	expect(outcome.read).toBe('refused');
	const still = await context.request.get(`${server.url}/api/user`);
	expect(still.status()).toBe(200);
	const list = await (await context.request.get(`${server.url}/api/customer?sort=-id&limit=1`)).json();
	expect(list.results[0].name).not.toBe('x');
});
