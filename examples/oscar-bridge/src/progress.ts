import { spinner } from "@clack/prompts";

/** What a person sees while the story runs: on standard error, so that standard output is the result alone. */
export interface Progress {
  /** Shows the label while the work runs, then what came of it. */
  step<T>(label: string, work: () => Promise<T>, done: (result: T) => string): Promise<T>;
}

/** A spinner for each step in a terminal, a line for each step elsewhere. */
export function createProgress(output: NodeJS.WriteStream): Progress {
  return { step: output.isTTY ? (...step) => spinning(output, ...step) : (...step) => plain(output, ...step) };
}

async function spinning<T>(
  output: NodeJS.WriteStream,
  label: string,
  work: () => Promise<T>,
  done: (result: T) => string,
): Promise<T> {
  const turning = spinner({ output });
  turning.start(label);
  // The spinner puts the terminal in raw mode and would end the process at Ctrl-C, before the hub is stopped.
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  try {
    const result = await work();
    turning.stop(done(result));
    return result;
  } catch (error) {
    turning.error(label);
    throw error;
  }
}

async function plain<T>(
  output: NodeJS.WriteStream,
  label: string,
  work: () => Promise<T>,
  done: (result: T) => string,
): Promise<T> {
  try {
    const result = await work();
    output.write(`· ${done(result)}\n`);
    return result;
  } catch (error) {
    output.write(`✗ ${label}\n`);
    throw error;
  }
}
