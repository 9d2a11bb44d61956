import { actFor, answer, api } from '$lib/api/client';
import { isSignedOut, problemOf, type Problem } from '$lib/api/problem';
import { after, type SessionEvent, type SessionState, type User } from './state';

/** Who is signed in, as this tab knows it. One for the whole page. */
class Session {
	#state = $state.raw<SessionState>({ status: 'loading' });
	#generation = 0;
	#asking: Promise<void> | undefined;

	constructor() {
		actFor({
			userId: () => this.user?.id,
			generation: () => this.#generation,
			refused: (problem) => this.#refused(problem)
		});
	}

	get state(): SessionState {
		return this.#state;
	}

	get user(): User | undefined {
		return this.#state.status === 'signed-in' ? this.#state.user : undefined;
	}

	/** Asks the server who is signed in; never throws. Calls at the same time ask once. */
	refresh(): Promise<void> {
		this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
		return this.#asking;
	}

	/** Signs in with what Google vouches for; throws a Failure when the server refuses. */
	async signIn(credential: string): Promise<void> {
		const { user } = await answer(api.POST('/login', { body: { credential } }));
		this.#generation++;
		this.#happen({ type: 'recognised', user });
	}

	/** Ends the session on the server; throws a Failure, still signed in, where that did not work. */
	async endOnServer(): Promise<void> {
		await answer(api.POST('/logout'));
	}

	/** Notes that the session has ended by this tab's own doing. */
	noteSignedOut(): void {
		this.#generation++;
		this.#happen({ type: 'signed-out-here' });
	}

	async #ask(): Promise<void> {
		const generation = this.#generation;
		try {
			const { user } = await answer(api.GET('/me'));
			if (generation === this.#generation) this.#happen({ type: 'recognised', user });
		} catch (thrown) {
			const problem = problemOf(thrown);
			// That nobody is signed in has come by #refused already, as for any call.
			if (!isSignedOut(problem)) this.#happen({ type: 'failed', problem });
		}
	}

	#refused(problem: Problem): void {
		if (isSignedOut(problem)) this.#happen({ type: 'refused', problem });
		// The tab shows another person's page; find out whose it is now.
		else if (problem.code === 'session_user_changed') void this.refresh();
	}

	#happen(event: SessionEvent): void {
		this.#state = after(this.#state, event);
	}
}

export const session = new Session();
