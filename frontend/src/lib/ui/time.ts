const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dayOnly = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment as people say it at `now` (ms): "3 minutes ago", "in 2 hours", and past a month its date. */
export function inWords(at: string, now: number): string {
	const then = new Date(at);
	if (Number.isNaN(then.getTime())) return 'unknown';
	const seconds = (then.getTime() - now) / 1000;
	const size = Math.abs(seconds);
	if (size < 45) return seconds > 0 ? 'in a moment' : 'just now';
	if (size < 45 * minute) return relative.format(whole(seconds / minute), 'minute');
	if (size < 22 * hour) return relative.format(whole(seconds / hour), 'hour');
	if (size < 30 * day) return relative.format(whole(seconds / day), 'day');
	return dayOnly.format(then);
}

/** The same moment to the second, in the reader's time zone. */
export function precisely(at: string): string {
	const then = new Date(at);
	return Number.isNaN(then.getTime()) ? at : exact.format(then);
}

function whole(amount: number): number {
	return Math.sign(amount) * Math.max(1, Math.round(Math.abs(amount)));
}
