import type { Schemas } from '$lib/api/client';
import { isOutage, isSignedOut, type Problem, type SignedOutProblem } from '$lib/api/problem';

export type User = Schemas['User'];

/** What this tab knows of who is signed in. */
export type SessionState =
	| { status: 'loading' }
	| { status: 'signed-in'; user: User }
	| { status: 'signed-out'; why?: SignedOutProblem }
	| { status: 'unreachable'; problem: Problem };

export type SessionEvent =
	| { type: 'recognised'; user: User }
	| { type: 'refused'; problem: Problem }
	| { type: 'signed-out-here' };

/** What this tab knows after the event. A server that is away never signs anybody out. */
export function after(state: SessionState, event: SessionEvent): SessionState {
	switch (event.type) {
		case 'recognised':
			return { status: 'signed-in', user: event.user };
		case 'signed-out-here':
			return { status: 'signed-out', why: signedOutHere };
		case 'refused':
			return afterRefusal(state, event.problem);
	}
}

function afterRefusal(state: SessionState, problem: Problem): SessionState {
	if (isSignedOut(problem)) {
		if (problem.code !== 'not_authenticated') return { status: 'signed-out', why: problem };
		// The bare fact is news only to somebody who was signed in, and no news after a better answer.
		if (state.status === 'signed-in') return { status: 'signed-out', why: problem };
		return state.status === 'signed-out' ? state : { status: 'signed-out' };
	}
	const undecided = state.status === 'loading' || state.status === 'unreachable';
	if (undecided && (isOutage(problem) || problem.code === 'unexpected')) {
		return { status: 'unreachable', problem };
	}
	return state;
}

const signedOutHere: SignedOutProblem = {
	code: 'session_revoked',
	cause: 'signed_out',
	status: 401,
	detail: ''
};
