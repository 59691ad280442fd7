package io.github.dirtyrange.workload;

/** The workload's process has gone, or says something that it should not. */
public final class WorkloadEndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception with what is known, in one line for people. */
  public WorkloadEndedException(String message) {
    super(message);
  }
}
