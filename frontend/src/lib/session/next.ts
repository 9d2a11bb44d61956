/** Where people go after signing in if they asked for nothing else. */
export const home = '/customers';

/** The first part of each guarded page's path. */
export const guarded = ['customers', 'sessions', 'admin'];

/**
 * Where to go after signing in: `asked` if it is a guarded page of this app, else home. So nothing
 * leads to another origin, to the API (where a GET may sign out) or back to the login page.
 */
export function safeNext(asked: string | null, origin = location.origin): string {
	if (!asked || !asked.startsWith('/')) return home;
	// Browsers drop control characters and read a backslash as a slash: `/\evil` is another host.
	if (hasControl(asked) || asked.includes('\\')) return home;
	if (!URL.canParse(asked, origin)) return home;
	const url = new URL(asked, origin);
	if (url.origin !== origin) return home;
	const [, first = ''] = url.pathname.split('/');
	if (!guarded.includes(first) || /%2f|%5c/i.test(url.pathname)) return home;
	return url.pathname + url.search + url.hash;
}

/** The login page's address for somebody who is to come back to `url`. */
export function loginPath(url: URL): string {
	const here = safeNext(url.pathname + url.search + url.hash, url.origin);
	return here === home ? '/login' : `/login?next=${encodeURIComponent(here)}`;
}

function hasControl(text: string): boolean {
	return [...text].some((character) => character <= '\u001f' || character === '\u007f');
}
