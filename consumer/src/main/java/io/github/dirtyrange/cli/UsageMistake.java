package io.github.dirtyrange.cli;

/** Options that are well written each, but make no sense. */
final class UsageMistake extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageMistake(String message) {
    super(message);
  }
}
