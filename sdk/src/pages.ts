/** Lists that come in pages: `{ items, nextCursor }`. */

export interface Page<Item = unknown> {
  items: Item[];
  /** Null on the last page. */
  nextCursor: string | null;
}

type ItemOf<P> = P extends { items: (infer Item)[] } ? Item : never;

/**
 * A list: `await` gives its first page, `for await` every item of every page. Nothing is asked before that.
 *
 * @example for await (const slot of client.slots.list({ placeId })) show(slot);
 */
export interface PagedList<P> extends Promise<P>, AsyncIterable<ItemOf<P>> {
  byPage(): AsyncIterable<P>;
  /** All items, or the first `max`. */
  collect(options?: { max?: number | undefined }): Promise<ItemOf<P>[]>;
}

/**
 * @param load asks for one page: the first without a cursor, so that the one in the caller's parameters counts
 */
export function pagedList<P extends Page>(load: (cursor?: string) => Promise<P>): PagedList<P> {
  let first: Promise<P> | undefined;
  const firstPage = (): Promise<P> => (first ??= load());

  async function* byPage(): AsyncGenerator<P> {
    let page = await firstPage();
    yield page;
    while (page.nextCursor !== null) {
      const next = await load(page.nextCursor);
      if (next.nextCursor === page.nextCursor) throw new Error("The list does not end: its cursor does not move.");
      page = next;
      yield page;
    }
  }

  async function* items(): AsyncGenerator<ItemOf<P>> {
    for await (const page of byPage()) {
      // ItemOf reads the type of these items from the same page.
      yield* page.items as ItemOf<P>[];
    }
  }

  return {
    then: (onFulfilled, onRejected) => firstPage().then(onFulfilled, onRejected),
    catch: (onRejected) => firstPage().catch(onRejected),
    finally: (onFinally) => firstPage().finally(onFinally),
    [Symbol.toStringTag]: "PagedList",
    [Symbol.asyncIterator]: items,
    byPage,
    async collect({ max = Infinity } = {}) {
      const collected: ItemOf<P>[] = [];
      if (max <= 0) return collected;
      for await (const item of items()) {
        collected.push(item);
        if (collected.length >= max) break;
      }
      return collected;
    },
  };
}
