import { spawn } from "node:child_process";

/**
 * A small shell that waits for the end of this process, however it ends, and then stops the server on `cluster` and
 * removes `folders`. Answers how to dismiss it once both are done by ourselves. For throw-away servers only: without
 * it, a test run ended by SIGKILL would leave its server behind for ever.
 */
export function guardAgainstOrphan(cluster: string, folders: string[]): () => Promise<void> {
  // Its standard input ends when the last holder of the pipe, this process, does.
  const script = `
    cat >/dev/null
    pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && kill -INT "$pid" 2>/dev/null
    tries=0
    while [ -e "$1/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 200 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    shift
    rm -rf -- "$@"`;
  const guard = spawn("/bin/sh", ["-c", script, "orphan-guard", cluster, ...folders], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()).once("error", () => resolve()));
  guard.unref();
  return async () => {
    guard.ref();
    guard.stdin.end();
    await ended;
  };
}
