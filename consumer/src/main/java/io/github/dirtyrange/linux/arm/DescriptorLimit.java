package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many descriptors a process may have ({@code /proc/PID/limits}).
 *
 * @param soft the limit
 * @param hard how far the process may raise it
 */
record DescriptorLimit(long soft, long hard) {

  private static final Pattern LINE = Pattern.compile("Max open files +(\\d+) +(\\d+) ");
  private static final int MORE = 64;

  /** {@return the limits of the process to which a file belongs, if they can be told} */
  static Optional<DescriptorLimit> of(Path limits) {
    try {
      Matcher line = LINE.matcher(Files.readString(limits, StandardCharsets.ISO_8859_1));
      return line.find()
          ? Optional.of(
              new DescriptorLimit(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * {@return limits that let in a descriptor more, or a few} The hard one is raised only where the
   * soft one has reached it: that takes CAP_SYS_RESOURCE.
   */
  DescriptorLimit raised() {
    return soft < hard
        ? new DescriptorLimit(Math.min(soft + MORE, hard), hard)
        : new DescriptorLimit(soft + MORE, soft + MORE);
  }

  /** Sets the limits of a process, if that is allowed. */
  void set(int pid) {
    ByteBuffer limits = Sys.struct(16).putLong(0, soft).putLong(8, hard);
    long address = Sys.address(limits);
    Sys.libc().syscall(Abi.SYS_PRLIMIT64, pid, Abi.RLIMIT_NOFILE, address, 0);
  }
}
