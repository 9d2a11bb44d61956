// @vitest-environment jsdom
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '$lib/api/config';
import { Failure, unreachable } from '$lib/api/problem';
import type { GoogleAccounts } from './gis';
import { loadGoogle } from './gis';
import GoogleSignIn from './GoogleSignIn.svelte';

vi.mock('mode-watcher', () => ({ mode: { current: 'light' } }));
vi.mock('$lib/api/config', () => ({ loadConfig: vi.fn() }));
vi.mock('./gis', () => ({ loadGoogle: vi.fn() }));
vi.mock('$lib/api/client', () => ({
	api: { GET: vi.fn() },
	answer: async () => ({ nonce: `nonce-${++nonces}` })
}));

let nonces = 0;
const google = {
	initialize: vi.fn<GoogleAccounts['initialize']>(),
	renderButton: vi.fn<GoogleAccounts['renderButton']>(),
	prompt: vi.fn<GoogleAccounts['prompt']>(),
	cancel: vi.fn<GoogleAccounts['cancel']>(),
	disableAutoSelect: vi.fn<GoogleAccounts['disableAutoSelect']>()
};

beforeEach(() => {
	nonces = 0;
	vi.clearAllMocks();
	window.google = { accounts: { id: google } };
	vi.mocked(loadConfig).mockResolvedValue({
		google_client_id: 'the-client',
		gis_url: '/gsi/client',
		standin: false,
		version: '1'
	});
	vi.mocked(loadGoogle).mockResolvedValue(google);
});
afterEach(cleanup);

describe('the Google button', () => {
	it('is made for our client with a nonce of the server, and One Tap with it', async () => {
		render(GoogleSignIn, { onCredential: vi.fn() });

		await waitFor(() => expect(google.renderButton).toHaveBeenCalled());
		expect(loadGoogle).toHaveBeenCalledWith('/gsi/client');
		expect(google.initialize).toHaveBeenCalledWith(
			expect.objectContaining({ client_id: 'the-client', nonce: 'nonce-1' })
		);
		expect(google.prompt).toHaveBeenCalledTimes(1);
	});

	it('hands on the credential, and has a fresh nonce for the next try', async () => {
		const onCredential = vi.fn().mockResolvedValue(undefined);
		render(GoogleSignIn, { onCredential });
		await waitFor(() => expect(google.initialize).toHaveBeenCalled());

		google.initialize.mock.calls[0]?.[0].callback({ credential: 'token' });

		expect(onCredential).toHaveBeenCalledWith('token');
		await waitFor(() =>
			expect(google.initialize).toHaveBeenLastCalledWith(
				expect.objectContaining({ nonce: 'nonce-2' })
			)
		);
	});

	it('says that the server is away, and comes when it is back', async () => {
		vi.mocked(loadConfig).mockRejectedValueOnce(new Failure(unreachable()));
		render(GoogleSignIn, { onCredential: vi.fn() });

		expect((await screen.findByRole('alert')).textContent).toContain('can’t be reached');
		screen.getByRole('button', { name: 'Try again' }).click();

		await waitFor(() => expect(google.renderButton).toHaveBeenCalled());
		expect(screen.queryByRole('alert')).toBeNull();
	});

	it('says that its script was kept away', async () => {
		vi.mocked(loadGoogle).mockRejectedValueOnce(new Error('blocked'));
		render(GoogleSignIn, { onCredential: vi.fn() });

		expect((await screen.findByRole('alert')).textContent).toContain('content blocker');
	});

	it('says so where no client id is set', async () => {
		vi.mocked(loadConfig).mockResolvedValue({
			google_client_id: '',
			gis_url: '/gsi/client',
			standin: false,
			version: '1'
		});
		render(GoogleSignIn, { onCredential: vi.fn() });

		expect((await screen.findByRole('alert')).textContent).toContain('not set up');
		expect(google.initialize).not.toHaveBeenCalled();
	});

	it('takes One Tap away when its page is left', async () => {
		const { unmount } = render(GoogleSignIn, { onCredential: vi.fn() });
		await waitFor(() => expect(google.prompt).toHaveBeenCalled());

		unmount();

		expect(google.cancel).toHaveBeenCalledTimes(1);
	});
});
