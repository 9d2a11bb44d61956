import type { Cause, Code, EndedCode, Problem } from './problem';

/** What a person is told, one sentence for each cause; a cause without one does not compile. */
export const causeSentences: Record<Cause, string> = {
	signed_out: 'You signed out.',
	idle: 'You were signed out because this browser was not used for a while.',
	lifetime: 'You were signed out because the session reached its longest allowed life.',
	by_admin: 'An administrator ended your session.',
	by_user: 'You ended this session from another device or tab.',
	replaced: 'A newer sign-in took the place of this session.',
	user_disabled: 'Your account was disabled, so your session was ended.',
	user_deleted: 'Your account was deleted, so your session was ended.',
	rights_changed: 'Your rights were changed. Sign in again to go on with the new ones.'
};

type CauselessCode = Exclude<Code, EndedCode>;

/** What a person is told, one sentence for each code; a code without one does not compile. */
export const codeSentences: Record<CauselessCode, string> = {
	not_authenticated: 'You are no longer signed in.',
	user_disabled: 'This account is disabled. Please ask an administrator.',
	admin_required: 'Only administrators may do this.',
	missing_credential: 'Google sent no proof of who you are. Please sign in again.',
	invalid_credential: 'Google’s proof of who you are was not accepted. Please sign in again.',
	email_not_verified:
		'Google has not verified this email address. Verify it with Google, then sign in again.',
	domain_not_allowed: 'Accounts of this organisation may not sign in here. Please use another one.',
	not_invited: 'This email address has not been invited. Please ask an administrator.',
	cross_origin: 'The request came from another site and was refused. Please sign in on this page.',
	malformed_request: 'The server did not understand the request. Reload the page and try again.',
	invalid_parameter: 'The server did not accept this address. Check it, or start from the menu.',
	payload_too_large: 'That was too much for the server. Please shorten it.',
	request_timeout: 'The request took too long to arrive. Check your connection, then try again.',
	unsupported_media_type:
		'The server did not understand the request. Reload the page and try again.',
	internal_error: 'Something went wrong on our side. Please try again.',
	method_not_allowed: 'The server did not understand the request. Reload the page and try again.',
	not_found: 'It no longer exists.',
	customer_changed: 'Somebody else has changed this customer since you opened it.',
	last_admin: 'This is the last active administrator. Make somebody else an administrator first.',
	already_invited: 'This email address has been invited already.',
	session_user_changed:
		'Somebody else has signed in in another tab of this browser. Nothing was changed.',
	rate_limited: 'Too many attempts. Wait a minute, then try again.',
	unavailable: 'The service can’t do this right now. Please try again in a moment.',
	unconfirmed:
		'It is done, but not every server has confirmed it yet. Please try again to make sure.',
	invalid_fields: 'Please correct the marked fields.',
	unreachable: 'The server can’t be reached. Check your connection, then try again.',
	unexpected: 'Something went wrong on our side. Please try again.'
};

/** Says in one sentence what the problem means for the person at the screen. */
export function sentenceFor(problem: Problem): string {
	switch (problem.code) {
		case 'session_expired':
		case 'session_revoked':
		case 'session_replaced':
			return causeSentences[problem.cause];
		default:
			return codeSentences[problem.code];
	}
}

/** The sentence for a code that stands in an address, where anybody may have written anything. */
export function sentenceForCode(code: string): string {
	return Object.hasOwn(codeSentences, code)
		? codeSentences[code as CauselessCode]
		: 'Signing in did not work. Please try again.';
}
