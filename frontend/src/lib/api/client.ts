import createClient, { type Middleware } from 'openapi-fetch';
import { Failure, readProblem, unreachable, type Problem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

const patience = 15_000; // ms; a server that is well answers within 5 s, whatever it depends on

/** The API, typed by its OpenAPI document. */
export const api = createClient<paths>({
	baseUrl: '/api',
	fetch: (request) => fetch(request, { signal: impatient(request.signal) })
});

/** Awaits a call and gives what it answered; throws a {@link Failure} for everything else. */
export async function answer<T>(
	call: Promise<{ data?: T; error?: unknown; response: Response }>
): Promise<T> {
	return (await answerWithHeaders(call)).data;
}

/** As {@link answer}, with the headers. */
export async function answerWithHeaders<T>(
	call: Promise<{ data?: T; error?: unknown; response: Response }>
): Promise<{ data: T; headers: Headers }> {
	let result;
	try {
		result = await call;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
		throw new Failure(unreachable());
	}
	if (!result.response.ok) throw new Failure(readProblem(result.response.status, result.error));
	return { data: result.data as T, headers: result.response.headers };
}

/** Who makes the calls of this page, and who must hear that the server refused them. */
export interface Caller {
	/** The signed-in user's id, if anybody is. */
	userId(): string | undefined;
	/** Grows with each sign-in: what was asked before it says nothing about who is signed in now. */
	generation(): number;
	refused(problem: Problem): void;
}

/**
 * Makes each write say for whom the page makes it, so that it can't happen in the name of somebody
 * who has signed in in another tab; and hands refusals of any call to the caller.
 */
export function actFor(caller: Caller): void {
	const askedIn = new WeakMap<Request, number>();
	const middleware: Middleware = {
		onRequest({ request, schemaPath }) {
			askedIn.set(request, caller.generation());
			const user = caller.userId();
			if (user && request.method !== 'GET' && !signsInOrOut(schemaPath)) {
				request.headers.set('Latchkey-User', user);
			}
			return request;
		},
		async onResponse({ request, response, schemaPath }) {
			if (response.ok || signsInOrOut(schemaPath)) return;
			if (askedIn.get(request) !== caller.generation()) return;
			const body: unknown = await response
				.clone()
				.json()
				.catch(() => undefined);
			caller.refused(readProblem(response.status, body));
		}
	};
	api.use(middleware);
}

function signsInOrOut(path: string): boolean {
	return path.startsWith('/login') || path === '/logout';
}

function impatient(signal: AbortSignal): AbortSignal {
	return 'any' in AbortSignal ? AbortSignal.any([signal, AbortSignal.timeout(patience)]) : signal;
}
