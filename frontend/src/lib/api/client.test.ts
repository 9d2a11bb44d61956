import { beforeEach, describe, expect, it, vi } from 'vitest';
import { actFor, answer, api, type Caller } from './client';
import { Failure } from './problem';

// A page's address is the base of what it asks for; Node's Request wants it whole. The client takes
// Request as it finds it when it is made.
vi.hoisted(() => {
	globalThis.Request = class extends Request {
		constructor(input: RequestInfo | URL, init?: RequestInit) {
			super(typeof input === 'string' ? new URL(input, 'http://localhost') : input, init);
		}
	};
});

const caller = {
	userId: vi.fn<Caller['userId']>(),
	generation: vi.fn<Caller['generation']>(),
	refused: vi.fn<Caller['refused']>()
};
actFor(caller);

let asked: Request[];

function serve(answerTo: (request: Request) => Response | Promise<Response>) {
	vi.stubGlobal('fetch', async (request: Request) => {
		asked.push(request);
		return answerTo(request);
	});
}

function refusal(status: number, code: string) {
	return Response.json({ status, code, detail: 'x', request_id: 'r' }, { status });
}

beforeEach(() => {
	asked = [];
	vi.clearAllMocks();
	caller.userId.mockReturnValue('u1');
	caller.generation.mockReturnValue(1);
});

describe('a call', () => {
	it('gives what the server answered', async () => {
		serve(() => Response.json({ nonce: 'n' }));

		await expect(answer(api.GET('/login/nonce'))).resolves.toEqual({ nonce: 'n' });
	});

	it('throws the refusal and tells the caller of it', async () => {
		serve(() => refusal(401, 'not_authenticated'));

		await expect(answer(api.GET('/customer'))).rejects.toMatchObject({
			problem: { status: 401, code: 'not_authenticated' }
		});
		expect(caller.refused).toHaveBeenCalledWith(
			expect.objectContaining({ code: 'not_authenticated' })
		);
	});

	it('throws unreachable when no answer comes', async () => {
		serve(() => Promise.reject(new TypeError('Failed to fetch')));

		const failure = await answer(api.GET('/customer')).catch((thrown: unknown) => thrown);

		expect(failure).toBeInstanceOf(Failure);
		expect(failure).toMatchObject({ problem: { code: 'unreachable', status: 0 } });
	});

	it('that was given up is no failure of the server', async () => {
		serve(() => Promise.reject(new DOMException('gone', 'AbortError')));

		await expect(answer(api.GET('/customer'))).rejects.toBeInstanceOf(DOMException);
	});

	it('made before the latest sign-in says nothing about who is signed in now', async () => {
		serve(() => {
			caller.generation.mockReturnValue(2);
			return refusal(401, 'not_authenticated');
		});

		await expect(answer(api.GET('/customer'))).rejects.toBeInstanceOf(Failure);
		expect(caller.refused).not.toHaveBeenCalled();
	});

	it('to sign in that is refused does not sign out', async () => {
		serve(() => refusal(401, 'invalid_credential'));

		await expect(answer(api.POST('/login', { body: { credential: 'x' } }))).rejects.toBeInstanceOf(
			Failure
		);
		expect(caller.refused).not.toHaveBeenCalled();
	});
});

describe('the user a call is made for', () => {
	it('is named by a write', async () => {
		serve(() => new Response(null, { status: 204 }));

		await answer(api.DELETE('/customer/{id}', { params: { path: { id: 1 } } }));

		expect(asked[0]?.headers.get('Latchkey-User')).toBe('u1');
	});

	it('is named neither by a read nor by signing in or out', async () => {
		serve(() => Response.json({}));

		await answer(api.GET('/customer'));
		await answer(api.POST('/login', { body: { credential: 'x' } }));
		await answer(api.POST('/logout'));

		for (const request of asked) expect(request.headers.has('Latchkey-User')).toBe(false);
	});
});
