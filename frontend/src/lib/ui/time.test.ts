import { describe, expect, it } from 'vitest';
import { inWords } from './time';

const now = Date.UTC(2030, 0, 31, 12);

describe('inWords', () => {
	it.each([
		['2030-01-31T12:00:00Z', 'in a moment', 0.001],
		['2030-01-31T11:59:30Z', 'just now', 0],
		['2030-01-31T11:59:00Z', '1 minute ago', 0],
		['2030-01-31T12:30:00Z', 'in 30 minutes', 0],
		['2030-01-31T10:00:00Z', '2 hours ago', 0],
		['2030-01-31T23:00:00Z', 'in 11 hours', 0],
		['2030-01-30T12:00:00Z', 'yesterday', 0],
		['2030-01-20T12:00:00Z', '11 days ago', 0],
		['2029-11-05T12:00:00Z', 'Nov 5, 2029', 0],
		['when pigs fly', 'unknown', 0]
	])('%s is %s', (at, words, earlier) => {
		expect(inWords(at, now - earlier * 1000)).toBe(words);
	});
});
