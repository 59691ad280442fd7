package io.github.dirtyrange.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A process of somebody's, by its number on the command line.
 *
 * @param pid at least 1, and not this program
 */
record ProcessNumber(int pid) {

  /** {@return the process that a text names} Throws {@link TypeConversionException} if none. */
  static ProcessNumber parse(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new TypeConversionException(
          "'" + text + "' is no process; give its number, as ps(1) or pidof(1) say it");
    }
    int pid = Integer.parseInt(text);
    if (pid == 0) {
      throw new TypeConversionException("there is no process 0; numbers begin with 1");
    }
    if (pid == ProcessHandle.current().pid()) {
      throw new TypeConversionException(
          "process " + pid + " is this program, which cannot watch itself");
    }
    return new ProcessNumber(pid);
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<ProcessNumber> {
    @Override
    public ProcessNumber convert(String text) {
      return parse(text);
    }
  }
}
