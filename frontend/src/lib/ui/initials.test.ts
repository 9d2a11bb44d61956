import { describe, expect, it } from 'vitest';
import { initials } from './initials';

describe('initials', () => {
	it.each([
		['Ada Lovelace', 'ada@example.com', 'AL'],
		['Ada', 'ada@example.com', 'A'],
		['Maximiliane von und zu Hohenlohe', 'm@example.com', 'MH'],
		['  ', 'noname@example.com', 'N'],
		['Étoile du Nord', 'e@example.com', 'ÉN'],
		['🦊 Fox', 'fox@example.com', '🦊F']
	])('%s <%s> is %s', (name, email, expected) => {
		expect(initials(name, email)).toBe(expected);
	});
});
