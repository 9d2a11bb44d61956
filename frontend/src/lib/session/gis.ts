/** The part of Google Identity Services that the login page uses. */
export interface GoogleAccounts {
	initialize(options: {
		client_id: string;
		callback: (answer: { credential: string }) => void;
		nonce: string;
		auto_select?: boolean;
		cancel_on_tap_outside?: boolean;
		use_fedcm_for_prompt?: boolean;
		context?: 'signin';
	}): void;
	renderButton(
		into: HTMLElement,
		options: {
			type: 'standard';
			theme: 'outline' | 'filled_black';
			size: 'large';
			shape: 'rectangular';
			text: 'continue_with';
			logo_alignment: 'left';
			width: number;
			locale: string;
		}
	): void;
	prompt(): void;
	cancel(): void;
	disableAutoSelect(): void;
}

declare global {
	interface Window {
		google?: { accounts: { id: GoogleAccounts } };
	}
}

let loading: Promise<GoogleAccounts> | undefined;

/** Loads Google's script once; after a failure the next call tries again. */
export function loadGoogle(address: string): Promise<GoogleAccounts> {
	loading ??= new Promise<GoogleAccounts>((resolve, reject) => {
		const script = document.createElement('script');
		script.src = address;
		script.async = true;
		script.onload = () => {
			const id = window.google?.accounts.id;
			if (id) resolve(id);
			else reject(new Error('the script of the sign-in button brought no button'));
		};
		script.onerror = () => {
			script.remove();
			reject(new Error('the script of the sign-in button did not load'));
		};
		document.head.append(script);
	}).catch((thrown: unknown) => {
		loading = undefined;
		throw thrown;
	});
	return loading;
}

/** Lets the next visit to the login page ask before it signs anybody in. */
export function forgetChoice(): void {
	window.google?.accounts.id.disableAutoSelect();
}
