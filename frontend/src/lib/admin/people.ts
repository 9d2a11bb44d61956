import { answer, api, type Schemas } from '$lib/api/client';
import { nextCursor } from '$lib/sessions/sessions';

export type Person = Schemas['Person'];
export type PersonChange = Schemas['PersonChange'];

export function peopleQuery(search: string) {
	return {
		queryKey: ['people', search],
		queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
			answer(
				api.GET('/users', {
					params: { query: { cursor: pageParam || undefined, q: search || undefined } },
					signal
				})
			),
		initialPageParam: '',
		getNextPageParam: nextCursor
	};
}

export function changePerson(id: string, change: PersonChange): Promise<Person> {
	return answer(api.PATCH('/users/{id}', { params: { path: { id } }, body: change }));
}
