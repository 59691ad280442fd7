package io.github.dirtyrange.cli;

import io.github.dirtyrange.saved.SavedException;

/** Exit statuses of commands on saved memory. */
final class SavedStatus {

  private SavedStatus() {}

  /** {@return the status of something that is wrong with saved memory} */
  static int of(SavedException e) {
    return switch (e.kind()) {
      case NO_STORE, VERSION, PERMISSIONS, NOT_MAPPED -> ExitStatus.USAGE;
      case DISK -> ExitStatus.OUTPUT_LOST;
      default -> ExitStatus.DATA_CUT;
    };
  }
}
