import { answer, answerWithHeaders, api, type Schemas } from '$lib/api/client';

export type Customer = Schemas['Customer'];
export type CustomerDraft = Schemas['CustomerRequest'];

/** The first page of customers: 100 of them, by id. */
export const customersQuery = {
	queryKey: ['customers'],
	queryFn: ({ signal }: { signal: AbortSignal }) => answer(api.GET('/customer', { signal }))
};

export function createCustomer(draft: CustomerDraft): Promise<Customer> {
	return answer(api.POST('/customer', { body: draft }));
}

/** The customer as it is now, and the tag that says which state this is. */
export async function readCustomer(id: number): Promise<{ customer: Customer; tag: string }> {
	const { data, headers } = await answerWithHeaders(
		api.GET('/customer/{id}', { params: { path: { id } }, cache: 'no-store' })
	);
	return { customer: data, tag: headers.get('ETag') ?? '*' };
}

/** Rewrites the customer if it is still in the state that the tag names; else `customer_changed`. */
export function rewriteCustomer(id: number, draft: CustomerDraft, tag: string): Promise<Customer> {
	return answer(
		api.PUT('/customer/{id}', {
			params: { path: { id }, header: { 'If-Match': tag } },
			body: draft
		})
	);
}

export async function deleteCustomer(id: number): Promise<void> {
	await answer(api.DELETE('/customer/{id}', { params: { path: { id } } }));
}
