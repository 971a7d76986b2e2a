/**
 * `npm run` puts a shell between itself and a script. A signal to npm ends both of them and reaches the script by no
 * way; the script sees only that its parent is gone. On Windows the parent's number stays, and nobody has it.
 */
const EVERY = 500;
/** Taken at once: it may go while something is being built. */
const parent = process.ppid;

/**
 * Calls `stop` once when whoever started this process through npm has gone. Started by hand it may outlive its shell.
 * @param {() => void} stop
 */
export function whenParentGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    stop();
  }, EVERY);
  timer.unref();
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
