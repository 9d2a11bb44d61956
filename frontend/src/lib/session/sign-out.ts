import { goto } from '$app/navigation';
import { problemOf, type Problem } from '$lib/api/problem';
import { forgetChoice } from './gis';
import { session } from './session.svelte';

/** Signs out and goes to the front page; the problem if that did not work, and then still signed in. */
export async function signOut(): Promise<Problem | undefined> {
	try {
		await session.endOnServer();
	} catch (thrown) {
		return problemOf(thrown);
	}
	forgetChoice();
	await goto('/'); // first: a guarded page would send its visitor to the login page
	session.noteSignedOut();
	return undefined;
}
