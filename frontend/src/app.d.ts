import type { Failure } from '$lib/api/problem';

declare module '@tanstack/svelte-query' {
	interface Register {
		defaultError: Failure;
	}
}

export {};
