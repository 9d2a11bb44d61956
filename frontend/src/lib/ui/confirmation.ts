/** What a person is asked before something is done. */
export interface Confirmation {
	title: string;
	description: string;
	/** The button's words: what will be done. */
	action: string;
	danger?: boolean;
	/** Ask for a reason, which need not be given; who will read it. */
	reasonFor?: string;
	/** Does it; what it throws is shown in the dialog, which then stays open. */
	run: (reason: string | undefined) => Promise<void>;
}
