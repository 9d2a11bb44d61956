import { countOf, endSessionsOf } from '$lib/sessions/sessions';
import type { Confirmation } from '$lib/ui/confirmation';
import { changePerson, type Person } from './people';

/** What an administrator is asked before something is done to a person; `done` hears how it went. */
export function questionsAbout(person: Person, done: (said: string) => void) {
	const who = person.name || person.email;
	const reader = `${who} will read it`;

	function change(said: string, what: { admin?: boolean; disabled?: boolean }) {
		return async (reason: string | undefined) => {
			await changePerson(person.id, { ...what, reason });
			done(said);
		};
	}

	return {
		promote: {
			title: `Make ${who} an administrator?`,
			description: 'Administrators see and change people, sessions and the audit.',
			action: 'Make administrator',
			reasonFor: 'for the audit',
			run: change(`${who} is an administrator now.`, { admin: true })
		},
		demote: {
			title: `Take the administrator’s rights from ${who}?`,
			description: 'From the next request on they are gone, in every session.',
			action: 'Take the rights away',
			danger: true,
			reasonFor: reader,
			run: change(`${who} is no administrator any more.`, { admin: false })
		},
		disable: {
			title: `Disable ${who}?`,
			description:
				'All sessions end at once, and signing in is refused until the account is enabled.',
			action: 'Disable account',
			danger: true,
			reasonFor: reader,
			run: change(`${who} was disabled.`, { disabled: true })
		},
		enable: {
			title: `Enable ${who} again?`,
			description: 'Signing in works again. Sessions that have ended stay so.',
			action: 'Enable account',
			reasonFor: 'for the audit',
			run: change(`${who} was enabled.`, { disabled: false })
		},
		endSessions: {
			title: `End all sessions of ${who}?`,
			description: 'On every device the next request is refused. Signing in again stays possible.',
			action: 'End all sessions',
			danger: true,
			reasonFor: reader,
			run: async (reason: string | undefined) => {
				done(`${countOf(await endSessionsOf(person.id, reason))} of ${who} ended.`);
			}
		}
	} satisfies Record<string, Confirmation>;
}
