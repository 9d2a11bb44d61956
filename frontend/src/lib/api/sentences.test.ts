import { describe, expect, it } from 'vitest';
import { readProblem } from './problem';
import { causeSentences, codeSentences, sentenceFor, sentenceForCode } from './sentences';

describe('sentences', () => {
	it('are whole sentences, each cause its own', () => {
		const all = [...Object.values(causeSentences), ...Object.values(codeSentences)];

		for (const sentence of all) expect(sentence).toMatch(/^[A-Z].+[.]$/);
		expect(new Set(Object.values(causeSentences)).size).toBe(Object.keys(causeSentences).length);
	});

	it('go by the cause where a session ended, else by the code', () => {
		const ended = readProblem(401, { code: 'session_revoked', cause: 'user_deleted' });
		const refused = readProblem(403, { code: 'not_invited' });

		expect(sentenceFor(ended)).toBe(causeSentences.user_deleted);
		expect(sentenceFor(refused)).toBe(codeSentences.not_invited);
	});

	it.each(['<script>', 'constructor', '', 'session_revoked'])(
		'never repeat what stands in an address: %j',
		(code) => {
			expect(sentenceForCode(code)).toBe('Signing in did not work. Please try again.');
		}
	);

	it('know the codes of redirect mode', () => {
		expect(sentenceForCode('domain_not_allowed')).toBe(codeSentences.domain_not_allowed);
	});
});
