// Corrects what keeps Swagger UI 4 from people who use a keyboard or a screen reader.

/** Plugin: a heading's text without a link in it, for the heading is within a button. */
export const accessible = {
	wrapComponents: {
		DeepLink:
			(_, { React }) =>
			({ text }) =>
				React.createElement('span', null, text),
	},
};

/** Keeps names right on everything that Swagger UI draws into the element. */
export function correct(main) {
	main.setAttribute('role', 'main');
	main.setAttribute('aria-label', 'Operations of the API');
	const names = new Map([
		['.servers select', 'Server'],
		['.opblock-section-request-body .content-type', 'Content type of the request'],
		['.body-param__text', 'Request body'],
		['.examples-select-element', 'Example'],
		['.copy-to-clipboard button', 'Copy'],
		['.opblock .opblock-summary-control', null], // a name of its own hides the summary
	]);
	const amend = () => {
		for (const [selector, label] of names) {
			for (const found of main.querySelectorAll(selector)) {
				if (label === null) found.removeAttribute('aria-label');
				else if (!found.hasAttribute('aria-label')) found.setAttribute('aria-label', label);
			}
		}
		for (const row of main.querySelectorAll('tr[data-param-name]')) {
			for (const field of row.querySelectorAll('input, select, textarea')) field.setAttribute('aria-label', row.dataset.paramName);
		}
		// A table of many in the page is no landmark.
		for (const table of main.querySelectorAll('.responses-table[role]')) table.removeAttribute('role');
		for (const code of main.querySelectorAll('.live-responses-table .highlight-code > .microlight')) code.tabIndex = 0;
		for (const found of main.querySelectorAll('.download-contents:not([role])')) makeButton(found);
	};
	new MutationObserver(amend).observe(main, { childList: true, subtree: true });
}

/** Gives a box that only a mouse can press to the keyboard too. */
function makeButton(box) {
	box.setAttribute('role', 'button');
	box.tabIndex = 0;
	box.addEventListener('keydown', (event) => {
		if (event.key !== 'Enter' && event.key !== ' ') return;
		event.preventDefault();
		box.click();
	});
}
