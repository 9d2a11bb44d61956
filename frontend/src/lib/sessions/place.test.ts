import { describe, expect, it } from 'vitest';
import { placeInWords } from './place';

describe('placeInWords', () => {
	it.each([
		['127.0.0.1', 'This computer'],
		['127.8.8.8', 'This computer'],
		['::1', 'This computer'],
		['::ffff:127.0.0.1', 'This computer'],
		['10.1.2.3', 'Private network'],
		['172.16.0.1', 'Private network'],
		['172.31.255.255', 'Private network'],
		['172.32.0.1', '172.32.0.1'],
		['192.168.1.23', 'Private network'],
		['192.169.1.23', '192.169.1.23'],
		['100.64.0.1', 'Private network'],
		['fd12:3456::1', 'Private network'],
		['fe80::1%eth0', 'Private network'],
		['2001:db8::7334', '2001:db8::7334'],
		['203.0.113.7', '203.0.113.7'],
		['', 'Unknown address']
	])('%s is %s', (ip, words) => {
		expect(placeInWords(ip)).toBe(words);
	});
});
