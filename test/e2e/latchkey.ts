// The shipped binary, started afresh for each worker, and what people do with it.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type APIRequestContext, type BrowserContext, type Page } from '@playwright/test';

const binary = resolve(import.meta.dirname, '../../bin/latchkey');

/** What make run calls the administrator. */
export const admin = 'ada@example.com';

export class Server {
	readonly url: string;
	/** Another origin, whose pages may call the API. */
	readonly otherOrigin: string;
	private log = '';

	private constructor(
		private readonly folder: string,
		private readonly environment: NodeJS.ProcessEnv,
		private readonly process: ChildProcess,
		port: number,
		otherPort: number
	) {
		this.url = `http://localhost:${port}`;
		this.otherOrigin = `http://localhost:${otherPort}`;
		process.stderr?.on('data', (text) => (this.log += text));
	}

	static async start(): Promise<Server> {
		const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
		const [port, otherPort] = [await freePort(), await freePort()];
		const environment = {
			PATH: process.env.PATH,
			LATCHKEY_ADDR: `127.0.0.1:${port}`,
			LATCHKEY_PUBLIC_URL: `http://localhost:${port}`,
			LATCHKEY_ALLOWED_ORIGINS: `http://localhost:${otherPort}`,
			LATCHKEY_DATABASE_URL: `sqlite://${join(folder, 'latchkey.db')}`,
			LATCHKEY_ADMIN_EMAILS: admin,
			LATCHKEY_LOGIN_RATE: '0'
		};
		const child = spawn(binary, ['serve'], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
		const server = new Server(folder, environment, child, port, otherPort);
		await server.ready();
		await writeFile(join(folder, 'customers.csv'), customers());
		await server.command('customer', 'import', 'customers.csv');
		return server;
	}

	/** Runs a command of the binary beside the server and returns what it prints. */
	async command(...args: string[]): Promise<string> {
		const { stdout } = await promisify(execFile)(binary, args, { cwd: this.folder, env: this.environment });
		return stdout;
	}

	/** Everything logged so far. */
	logged(): string {
		return this.log;
	}

	async stop(): Promise<void> {
		const ended = this.process.exitCode ?? this.process.signalCode;
		if (ended === null) {
			this.process.kill('SIGTERM');
			await once(this.process, 'exit');
		}
		await rm(this.folder, { recursive: true });
		if (ended !== null) throw new Error(`The server ended by itself (${ended}):\n${this.log}`);
	}

	private async ready(): Promise<void> {
		for (let tries = 0; tries < 300 && this.process.exitCode === null; tries++) {
			const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
			if (answer?.ok) return;
			await new Promise((wait) => setTimeout(wait, 100));
		}
		throw new Error(`The server is not ready:\n${this.log}`);
	}
}

export const test = base.extend<{ baseURL: string }, { server: Server }>({
	server: [
		async ({}, use) => {
			const server = await Server.start();
			await use(server);
			await server.stop();
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ server }, use) => {
		await use(server.url);
	}
});

export { expect };

/** Signs in by a click on Google's button and the account chooser, on a page that shows it. */
export async function chooseAccount(page: Page, name: string): Promise<void> {
	const popup = page.waitForEvent('popup');
	await page.frameLocator('iframe[src*="/gsi/button"]').getByRole('button').click();
	await (await popup).getByRole('button', { name }).click();
}

/** A credential as Google would give it to this person. */
export async function credentialOf(request: APIRequestContext, server: Server, email: string): Promise<string> {
	const answer = await request.post(`${server.url}/dev/google/token`, { data: { email } });
	expect(answer.ok()).toBeTruthy();
	return (await answer.json()).credential;
}

/** Signs a browser in without its pages. */
export async function signIn(context: BrowserContext, server: Server, email: string): Promise<void> {
	const answer = await context.request.post(`${server.url}/api/login`, {
		data: { credential: await credentialOf(context.request, server, email) }
	});
	expect(answer.ok()).toBeTruthy();
}

export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const address = probe.address();
	probe.close();
	await once(probe, 'close');
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}

function customers(): string {
	const names = ['Ada Byron', 'Zoë Müller', 'José Ñandú', '山田 太郎', 'مريم العلي', 'O’Brien & Sons'];
	return 'name,email\n' + names.map((name, i) => `${name},customer${i}@example.com\n`).join('');
}
