import type { HandleClientError } from '@sveltejs/kit';

/** Leaves a trace of defects in the console; an address without a page is none. */
export const handleError: HandleClientError = ({ error, status, message }) => {
	if (status !== 404) console.error(error);
	return { message };
};
