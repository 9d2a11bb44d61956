import type { Component } from 'svelte';

export type Icon = Component<{ class?: string; 'aria-hidden'?: 'true' }>;

/** One line of a menu: it leads somewhere, does something, or is one of several to choose from. */
export type MenuItem =
	| { kind: 'link'; label: string; Icon?: Icon; href: string; reload?: boolean }
	| { kind: 'action'; label: string; Icon?: Icon; danger?: boolean; run: () => unknown }
	| {
			kind: 'choice';
			label: string;
			value: string;
			options: { value: string; label: string; Icon: Icon }[];
			choose: (value: string) => void;
	  }
	| { kind: 'line' };
