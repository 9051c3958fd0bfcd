import type { Operation } from "../http/operation.ts";

/** Which operation an address is of, before the application is asked. */
export function operationFinder(
  operations: readonly Operation[],
): (method: string, path: string) => Operation | undefined {
  let bySize: Map<string, { steps: string[]; declared: Operation }[]> | undefined;
  return (method, path) => {
    // At the first question: by then all features have been added.
    bySize ??= indexed(operations);
    const asked = path.split("/");
    const matching = bySize.get(`${method} ${String(asked.length)}`) ?? [];
    return matching.find(({ steps }) => steps.every((step, index) => step.startsWith("{") || step === asked[index]))
      ?.declared;
  };
}

/** A path without parameters is more exact than one with: it is looked at first. */
function indexed(operations: readonly Operation[]) {
  const bySize = new Map<string, { steps: string[]; declared: Operation }[]>();
  const exactFirst = [...operations].sort((a, b) => a.path.split("{").length - b.path.split("{").length);
  for (const declared of exactFirst) {
    const steps = declared.path.split("/");
    const key = `${declared.method.toUpperCase()} ${String(steps.length)}`;
    bySize.set(key, [...(bySize.get(key) ?? []), { steps, declared }]);
  }
  return bySize;
}
