package io.github.dirtyrange.lab;

/** The machine or its kernel lacks what an experiment needs. */
public final class MachineLacksException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception with what is lacking and the remedy, in one line for people. */
  public MachineLacksException(String message) {
    super(message);
  }
}
