package io.github.dirtyrange.lab.result;

/** What the workload does while a strategy finds and re-arms. */
public enum TargetState {
  /** It waits: each strategy's first answer is judged. */
  BLOCKED,
  /** A thread of it writes on: what is missed is judged after a final exact scan. */
  BUSY
}
