/** Says briefly, at the edge of the page, how something went; read out by screen readers too. */
export async function notify(tone: 'success' | 'info' | 'error', text: string): Promise<void> {
	const { toast } = await import('svelte-sonner');
	toast[tone](text);
}
