import { describe, expect, it } from 'vitest';
import { guarded, home, loginPath, safeNext } from './next';

const origin = 'https://latchkey.example';

describe('safeNext', () => {
	it.each([
		'/customers',
		'/sessions',
		'/admin/users',
		'/admin/sessions?user=7t2k',
		'/customers?q=%2F%2Fevil#row'
	])('leads back to %s', (asked) => {
		expect(safeNext(asked, origin)).toBe(asked);
	});

	it.each([
		['nothing', null],
		['an empty text', ''],
		['another origin', 'https://evil.example/customers'],
		['another origin without a scheme', '//evil.example/customers'],
		['a backslash', '/\\evil.example'],
		['two backslashes', '\\\\evil.example'],
		['a tab that browsers drop', '/\t/evil.example'],
		['a line break that browsers drop', '/\n/evil.example'],
		['a script', 'javascript:alert(1)'],
		['a path without a slash', 'customers'],
		['a user in front of a host', '//latchkey.example@evil.example/'],
		['the login page', '/login?next=/customers'],
		['signing out', '/api/logout'],
		['signing out by a detour', '/customers/../api/logout'],
		['signing out by a hidden detour', '/customers/..%2fapi/logout'],
		['signing out in disguise', '/%61pi/logout'],
		['a page that only begins like one', '/customersx'],
		['the front page', '/']
	])('goes home for %s', (_, asked) => {
		expect(safeNext(asked, origin)).toBe(home);
	});

	it('normalises a way round within the app', () => {
		expect(safeNext('/customers/./x/../', origin)).toBe('/customers/');
	});
});

describe('loginPath', () => {
	it('remembers the page', () => {
		expect(loginPath(new URL('/admin/sessions?user=a&b=c', origin))).toBe(
			'/login?next=%2Fadmin%2Fsessions%3Fuser%3Da%26b%3Dc'
		);
	});

	it('is plain for home', () => {
		expect(loginPath(new URL(home, origin))).toBe('/login');
	});
});

describe('guarded', () => {
	it('names every page behind the guard', () => {
		const pages = Object.keys(import.meta.glob('/src/routes/**/+page.svelte')).filter((page) =>
			page.includes('/(app)/')
		);
		const first = pages.map((page) => page.split('/')[4]);

		expect(pages.length).toBeGreaterThan(0);
		expect([...new Set(first)].sort()).toEqual([...guarded].sort());
	});
});
