import { createSubscriber } from 'svelte/reactivity';

const tick = 20_000; // ms

const subscribe = createSubscriber((update) => {
	const timer = setInterval(update, tick);
	return () => clearInterval(timer);
});

/** The time in ms, for texts like "3 minutes ago" that must not grow old on the screen. */
export const clock = {
	get now(): number {
		subscribe();
		return Date.now();
	}
};
