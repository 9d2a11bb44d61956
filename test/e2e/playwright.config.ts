import { defineConfig } from '@playwright/test';

// Debian's Chromium, kept from calling its maker.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
	testDir: '.',
	fullyParallel: false,
	workers: 2,
	forbidOnly: !!process.env.CI,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	reporter: [['list']],
	outputDir: 'test-results',
	use: {
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: chromium,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		}
	}
});
