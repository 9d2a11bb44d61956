import { answer, api, type Schemas } from '$lib/api/client';
import { causeSentences } from '$lib/api/sentences';
import { nextCursor } from '$lib/sessions/sessions';

export type AuditEvent = Schemas['AuditEvent'];

export const auditQuery = {
	queryKey: ['audit'],
	queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
		answer(api.GET('/audit', { params: { query: { cursor: pageParam || undefined } }, signal })),
	initialPageParam: '',
	getNextPageParam: nextCursor
};

const actions: Record<string, string> = {
	'session.opened': 'Signed in',
	'session.ended': 'Session ended',
	'login.refused': 'Sign-in refused',
	'user.created': 'Account created',
	'user.invited': 'Invited',
	'user.promoted': 'Made administrator',
	'user.demoted': 'Administrator’s rights taken',
	'user.disabled': 'Account disabled',
	'user.enabled': 'Account enabled',
	'user.deleted': 'Account deleted',
	'customer.created': 'Customer added',
	'customer.changed': 'Customer changed',
	'customer.deleted': 'Customer deleted',
	'customer.imported': 'Customers imported',
	'revocation.unconfirmed': 'Ending not confirmed'
};

/** What happened, in words; an action of a newer server under its own name. */
export function actionInWords(action: string): string {
	return actions[action] ?? action;
}

const causeWords: Record<keyof typeof causeSentences, string> = {
	signed_out: 'signed out',
	idle: 'not used for a while',
	lifetime: 'reached its longest life',
	by_admin: 'by an administrator',
	by_user: 'by its owner',
	replaced: 'replaced by a newer sign-in',
	user_disabled: 'account disabled',
	user_deleted: 'account deleted',
	rights_changed: 'rights changed'
};

/** What else there is to know of the event, in words where the page knows them. */
export function detailInWords(detail: string): string {
	return Object.hasOwn(causeWords, detail)
		? causeWords[detail as keyof typeof causeWords]
		: detail.replaceAll('_', ' ');
}
