/** One or two capitals that stand for a person: of the name, else of the email. */
export function initials(name: string, email: string): string {
	const words = name.trim().split(/\s+/).filter(Boolean);
	const first = words.at(0) ?? email;
	const last = words.length > 1 ? words.at(-1) : undefined;
	return (capital(first) + (last ? capital(last) : '')).slice(0, 4);
}

function capital(word: string): string {
	return ([...word].at(0) ?? '').toUpperCase();
}
