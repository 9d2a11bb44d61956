import { describe, expect, it } from 'vitest';
import { isSignedOut, readProblem, unreachable, type Problem } from '$lib/api/problem';
import { after, type SessionState, type User } from './state';

const ada: User = {
	id: 'u1',
	username: 'ada@example.com',
	email: 'ada@example.com',
	name: 'Ada',
	picture: '',
	admin: false
};
const revoked = readProblem(401, { code: 'session_revoked', cause: 'by_admin' });
const disabled = readProblem(403, { code: 'user_disabled' });
const nobody = readProblem(401, { code: 'not_authenticated' });
const away = readProblem(503, { code: 'unavailable' });
const broken = readProblem(500, { code: 'internal_error' });
const forbidden = readProblem(403, { code: 'admin_required' });

const loading: SessionState = { status: 'loading' };
const signedIn: SessionState = { status: 'signed-in', user: ada };
const signedOut: SessionState = { status: 'signed-out' };
const shownOut: SessionState = { status: 'signed-out', why: revoked as never };
const cutOff: SessionState = { status: 'unreachable', problem: unreachable() };

describe('who is signed in', () => {
	it.each([loading, signedOut, shownOut, cutOff, signedIn])(
		'is known once the server says so, after $status',
		(state) => {
			expect(after(state, { type: 'recognised', user: ada })).toEqual(signedIn);
		}
	);

	it.each<[string, SessionState, Problem, SessionState]>([
		['a visitor is told nothing', loading, nobody, signedOut],
		[
			'an ended session says why',
			loading,
			revoked,
			{ status: 'signed-out', why: revoked as never }
		],
		['so it does in mid-work', signedIn, revoked, { status: 'signed-out', why: revoked as never }],
		[
			'a disabled user is told',
			signedIn,
			disabled,
			{ status: 'signed-out', why: disabled as never }
		],
		[
			'who was signed in is told at least that',
			signedIn,
			nobody,
			{ status: 'signed-out', why: nobody as never }
		],
		['the better reason stays', shownOut, nobody, shownOut],
		['an outage signs nobody out', signedIn, away, signedIn],
		['nor does a lost connection', signedIn, unreachable(), signedIn],
		['nor a defect', signedIn, broken, signedIn],
		['nor missing rights', signedIn, forbidden, signedIn],
		['at the start an outage is said', loading, away, { status: 'unreachable', problem: away }],
		['and a lost connection', loading, unreachable(), cutOff],
		['and a defect', loading, broken, { status: 'unreachable', problem: broken }],
		['a visitor stays one in an outage', signedOut, away, signedOut],
		['after an outage a visitor is one', cutOff, nobody, signedOut]
	])('%s', (_, state, problem, expected) => {
		const event = isSignedOut(problem)
			? ({ type: 'refused', problem } as const)
			: ({ type: 'failed', problem } as const);

		expect(after(state, event)).toEqual(expected);
	});

	it('is nobody after signing out here, and that is said', () => {
		expect(after(signedIn, { type: 'signed-out-here' })).toMatchObject({
			status: 'signed-out',
			why: { code: 'session_revoked', cause: 'signed_out' }
		});
	});
});
