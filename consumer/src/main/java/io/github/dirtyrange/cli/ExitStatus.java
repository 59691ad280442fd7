package io.github.dirtyrange.cli;

/** What the program's exit statuses mean. */
final class ExitStatus {

  /** All went well. */
  static final int FINE = 0;

  /** A strategy missed pages, or a copied page was not what the workload wrote. */
  static final int WRONG_ANSWER = 1;

  /** Saved memory is broken, differs, or does not have what was looked for. */
  static final int DIFFERENT = 1;

  /** The command line says something that cannot be meant. */
  static final int USAGE = 2;

  /** The machine or its kernel lacks what was asked for. */
  static final int MACHINE_LACKS = 3;

  /** The workload's process ended in the middle. */
  static final int WORKLOAD_ENDED = 4;

  /** There is no such process, or it has ended. */
  static final int TARGET_ENDED = 4;

  /** What was given is cut or damaged, and was used as far as it is whole (EX_DATAERR). */
  static final int DATA_CUT = 65;

  /** A fault of this program. */
  static final int FAULT = 70;

  /** The output or a report could not be written (EX_IOERR of sysexits.h). */
  static final int OUTPUT_LOST = 74;

  /** A command could not be run, by a fault of ours. */
  static final int NOT_RUN = 125;

  /** A command is there and cannot be executed. */
  static final int COMMAND_NOT_EXECUTABLE = 126;

  /** There is no such command. */
  static final int COMMAND_NOT_FOUND = 127;

  private ExitStatus() {}
}
