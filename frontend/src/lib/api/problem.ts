import type { components } from './schema';
import { causeSentences, codeSentences } from './sentences';

type Said = components['schemas']['Problem'];

/** Why a session ended; the API's document has the closed set. */
export type Cause = NonNullable<Said['cause']>;

const endedCodes = ['session_expired', 'session_revoked', 'session_replaced'] as const;
export type EndedCode = (typeof endedCodes)[number] & Said['code'];
type PlainCode = Exclude<Said['code'], EndedCode | 'invalid_fields'>;

interface Answered {
	/** HTTP status; 0 when there was no answer. */
	status: number;
	detail: string;
	requestId?: string;
}

/**
 * Everything that can go wrong with a call, told apart by `code`. Two codes are the page's own:
 * `unreachable` (no answer came) and `unexpected` (an answer that the page doesn't know).
 */
export type Problem = Answered &
	(
		| { code: EndedCode; cause: Cause; endedAt?: string; reason?: string }
		| { code: 'invalid_fields'; errors: Record<string, string> }
		| { code: PlainCode; reason?: string }
		| { code: 'unreachable' }
		| { code: 'unexpected' }
	);
export type Code = Problem['code'];

/** A problem that says that nobody is signed in any more. */
export type SignedOutProblem = Extract<Problem, { code: EndedCode | PlainCode }> & {
	code: EndedCode | 'not_authenticated' | 'user_disabled';
};

/** What a call throws. */
export class Failure extends Error {
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail || problem.code);
		this.name = 'Failure';
		this.problem = problem;
	}
}

/** Makes the problem of an answer that isn't a success; `body` is what the server sent, parsed or not. */
export function readProblem(status: number, body: unknown): Problem {
	const said = isRecord(body) ? body : {};
	const answered: Answered = {
		status,
		detail: text(said.detail) ?? '',
		requestId: text(said.request_id)
	};
	const code = text(said.code);
	const reason = text(said.reason);

	if (isOneOf(endedCodes, code)) {
		const cause = isCause(said.cause) ? said.cause : usualCause[code];
		return { ...answered, code, cause, endedAt: text(said.ended_at), reason };
	}
	if (code === 'invalid_fields') return { ...answered, code, errors: fieldErrors(said.errors) };
	if (isPlainCode(code)) return { ...answered, code, reason };
	// A proxy in front of a server that is away answers for it, in its own words.
	if (status === 502 || status === 503 || status === 504)
		return { ...answered, code: 'unavailable' };
	return { ...answered, code: 'unexpected' };
}

/** The problem of a call that got no answer. */
export function unreachable(): Problem {
	return { code: 'unreachable', status: 0, detail: '' };
}

/** What was thrown, as a problem. */
export function problemOf(thrown: unknown): Problem {
	if (thrown instanceof Failure) return thrown.problem;
	return { code: 'unexpected', status: 0, detail: '' };
}

/** Whether trying the same again later may succeed. */
export function isOutage(problem: Problem): boolean {
	return problem.code === 'unreachable' || problem.code === 'unavailable';
}

/** Whether the problem says that nobody is signed in any more. */
export function isSignedOut(problem: Problem): problem is SignedOutProblem {
	return (
		problem.code === 'not_authenticated' ||
		problem.code === 'user_disabled' ||
		isOneOf(endedCodes, problem.code)
	);
}

const usualCause: Record<EndedCode, Cause> = {
	session_expired: 'idle',
	session_revoked: 'by_admin',
	session_replaced: 'replaced'
};

function fieldErrors(errors: unknown): Record<string, string> {
	if (!isRecord(errors)) return {};
	return Object.fromEntries(
		Object.entries(errors).filter(
			(entry): entry is [string, string] => typeof entry[1] === 'string'
		)
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function isCause(value: unknown): value is Cause {
	return typeof value === 'string' && Object.hasOwn(causeSentences, value);
}

function isPlainCode(value: string | undefined): value is PlainCode {
	if (value === undefined || value === 'unreachable' || value === 'unexpected') return false;
	return Object.hasOwn(codeSentences, value);
}

function isOneOf<const T extends readonly string[]>(set: T, value: unknown): value is T[number] {
	return typeof value === 'string' && set.includes(value);
}
