import { describe, expect, it } from 'vitest';
import { deviceInWords } from './device';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('deviceInWords', () => {
	it.each([
		[
			`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36`,
			'Chrome on Windows',
			'computer'
		],
		[
			`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
			'Edge on Windows',
			'computer'
		],
		[
			`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 OPR/120.0`,
			'Opera on Windows',
			'computer'
		],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
			'Firefox on Windows',
			'computer'
		],
		[
			'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
			'Safari on Mac',
			'computer'
		],
		[
			'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
			'Firefox on Linux',
			'computer'
		],
		[
			`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/140.0.0.0 Safari/537.36`,
			'Chrome on ChromeOS',
			'computer'
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
			'Safari on iPhone',
			'phone'
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1',
			'Chrome on iPhone',
			'phone'
		],
		[
			'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
			'Safari on iPad',
			'tablet'
		],
		[
			`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`,
			'Chrome on Android',
			'phone'
		],
		[
			`Mozilla/5.0 (Linux; Android 14; SM-X710) ${webkit} Chrome/140.0.0.0 Safari/537.36`,
			'Chrome on Android',
			'tablet'
		],
		[
			`Mozilla/5.0 (Linux; Android 14; SM-S921B) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
			'Samsung Internet on Android',
			'phone'
		],
		[
			'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
			'Firefox on Android',
			'phone'
		],
		[
			`Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/140.0.0.0 Safari/537.36`,
			'Headless Chrome on Linux',
			'computer'
		],
		['curl/8.5.0', 'curl', 'program'],
		['Go-http-client/1.1', 'A Go program', 'program'],
		['python-requests/2.32', 'A Python program', 'program'],
		['Mozilla/5.0 (Windows NT 10.0)', 'A browser on Windows', 'computer'],
		['', 'Unknown device', 'unknown'],
		['<script>alert(1)</script>', 'Unknown device', 'unknown']
	])('%s', (agent, name, kind) => {
		expect(deviceInWords(agent)).toEqual({ name, kind });
	});
});
