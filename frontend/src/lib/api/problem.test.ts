import { describe, expect, it } from 'vitest';
import { Failure, isOutage, isSignedOut, problemOf, readProblem, unreachable } from './problem';

describe('readProblem', () => {
	it('keeps why a session ended', () => {
		const problem = readProblem(401, {
			status: 401,
			code: 'session_revoked',
			detail: 'Your session was ended.',
			request_id: 'r1',
			cause: 'by_admin',
			ended_at: '2030-01-31T08:30:00Z',
			reason: 'Laptop was lost'
		});

		expect(problem).toEqual({
			status: 401,
			code: 'session_revoked',
			detail: 'Your session was ended.',
			requestId: 'r1',
			cause: 'by_admin',
			endedAt: '2030-01-31T08:30:00Z',
			reason: 'Laptop was lost'
		});
	});

	it.each([
		['session_expired', 'idle'],
		['session_revoked', 'by_admin'],
		['session_replaced', 'replaced']
	])('takes the usual cause of %s where none that it knows is given', (code, cause) => {
		expect(readProblem(401, { code })).toMatchObject({ code, cause });
		expect(readProblem(401, { code, cause: 'eaten' })).toMatchObject({ code, cause });
	});

	it('keeps each field at fault, and only texts', () => {
		const errors = { name: 'A name is needed.', email: 7 };

		const problem = readProblem(422, { code: 'invalid_fields', errors });

		expect(problem).toMatchObject({
			code: 'invalid_fields',
			errors: { name: 'A name is needed.' }
		});
		expect(problem).not.toHaveProperty('errors.email');
	});

	it.each([
		['a code that it does not know', 400, { code: 'teapot' }, 'unexpected'],
		['the page’s own code', 400, { code: 'unreachable' }, 'unexpected'],
		['a name that every object has', 400, { code: 'constructor' }, 'unexpected'],
		['a page of a proxy', 502, '<html>', 'unavailable'],
		['an empty gateway time-out', 504, undefined, 'unavailable'],
		['nothing at all', 500, undefined, 'unexpected'],
		['a list', 400, [], 'unexpected'],
		['a plain code', 403, { code: 'admin_required' }, 'admin_required'],
		['unconfirmed, which is no outage of everything', 503, { code: 'unconfirmed' }, 'unconfirmed']
	])('understands %s', (_, status, body, code) => {
		expect(readProblem(status, body)).toMatchObject({ status, code });
	});
});

describe('what a problem means', () => {
	it.each([
		[{ code: 'session_expired' }, true],
		[{ code: 'session_revoked' }, true],
		[{ code: 'session_replaced' }, true],
		[{ code: 'not_authenticated' }, true],
		[{ code: 'user_disabled' }, true],
		[{ code: 'admin_required' }, false],
		[{ code: 'invalid_credential' }, false],
		[{ code: 'unavailable' }, false]
	])('%j signs out: %s', (body, expected) => {
		expect(isSignedOut(readProblem(401, body))).toBe(expected);
	});

	it('counts no answer and 503 as outages, a refusal not', () => {
		expect(isOutage(unreachable())).toBe(true);
		expect(isOutage(readProblem(503, { code: 'unavailable' }))).toBe(true);
		expect(isOutage(readProblem(401, { code: 'not_authenticated' }))).toBe(false);
	});

	it('takes what was thrown for what it is', () => {
		const problem = readProblem(409, { code: 'last_admin' });

		expect(problemOf(new Failure(problem))).toBe(problem);
		expect(problemOf(new TypeError('x is undefined'))).toMatchObject({ code: 'unexpected' });
	});
});
