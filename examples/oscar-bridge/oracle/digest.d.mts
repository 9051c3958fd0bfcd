export interface WrittenDifference {
  file: string;
  line: number;
  key: string;
  kind: "added" | "removed" | "changed" | "missing";
  cells: Record<string, [string | null, string | null]>;
}
export function digestOf(written: string, clock?: string, options?: { original?: string }): Map<string, string>;
export function checkWritten(before: string, after: string): WrittenDifference[];
