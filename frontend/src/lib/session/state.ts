import type { Schemas } from '$lib/api/client';
import type { Problem, SignedOutProblem } from '$lib/api/problem';

export type User = Schemas['User'];

/** What this tab knows of who is signed in. */
export type SessionState =
	| { status: 'loading' }
	| { status: 'signed-in'; user: User }
	| { status: 'signed-out'; why?: SignedOutProblem }
	| { status: 'unreachable'; problem: Problem };

export type SessionEvent =
	| { type: 'recognised'; user: User }
	/** The server says that nobody is signed in. */
	| { type: 'refused'; problem: SignedOutProblem }
	/** Who is signed in could not be found out. */
	| { type: 'failed'; problem: Problem }
	| { type: 'signed-out-here' };

/** What this tab knows after the event. A server that is away never signs anybody out. */
export function after(state: SessionState, event: SessionEvent): SessionState {
	switch (event.type) {
		case 'recognised':
			return { status: 'signed-in', user: event.user };
		case 'refused':
			return afterRefusal(state, event.problem);
		case 'failed':
			return state.status === 'loading' || state.status === 'unreachable'
				? { status: 'unreachable', problem: event.problem }
				: state;
		case 'signed-out-here':
			return { status: 'signed-out', why: signedOutHere };
	}
}

function afterRefusal(state: SessionState, problem: SignedOutProblem): SessionState {
	if (problem.code !== 'not_authenticated') return { status: 'signed-out', why: problem };
	// The bare fact is news only to somebody who was signed in, and no news after a better answer.
	if (state.status === 'signed-in') return { status: 'signed-out', why: problem };
	return state.status === 'signed-out' ? state : { status: 'signed-out' };
}

const signedOutHere: SignedOutProblem = {
	code: 'session_revoked',
	cause: 'signed_out',
	status: 401,
	detail: ''
};
