import { answer, api, type Schemas } from '$lib/api/client';

export type OwnSession = Schemas['OwnSession'];
export type AnySession = Schemas['AnySession'];

export const ownSessionsQuery = {
	queryKey: ['own sessions'],
	queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
		answer(
			api.GET('/me/sessions', { params: { query: { cursor: pageParam || undefined } }, signal })
		),
	initialPageParam: '',
	getNextPageParam: nextCursor
};

/** Everybody's sessions, or one person's; for administrators. */
export function allSessionsQuery(user: string | undefined) {
	return {
		queryKey: ['all sessions', user],
		queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
			answer(
				api.GET('/sessions', {
					params: { query: { cursor: pageParam || undefined, user } },
					signal
				})
			),
		initialPageParam: '',
		getNextPageParam: nextCursor
	};
}

/** What comes after a page of a list: its cursor, or nothing. */
export function nextCursor(page: { next_cursor?: string | null }): string | undefined {
	return page.next_cursor || undefined;
}

export async function endOwnSession(id: string): Promise<void> {
	await answer(api.DELETE('/me/sessions/{id}', { params: { path: { id } } }));
}

/** Ends all of one's sessions but this one; how many there were. */
export async function endOtherSessions(): Promise<number> {
	return (await answer(api.DELETE('/me/sessions'))).count;
}

export async function endAnySession(id: string, reason: string | undefined): Promise<void> {
	await answer(api.DELETE('/sessions/{id}', { params: { path: { id }, query: { reason } } }));
}

/** Ends all sessions of a person; how many there were. */
export async function endSessionsOf(user: string, reason: string | undefined): Promise<number> {
	const { count } = await answer(
		api.DELETE('/users/{id}/sessions', { params: { path: { id: user }, query: { reason } } })
	);
	return count;
}

export function countOf(sessions: number): string {
	return sessions === 1 ? '1 session' : `${sessions} sessions`;
}
