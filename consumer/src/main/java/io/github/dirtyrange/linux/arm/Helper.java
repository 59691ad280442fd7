package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.MemoryProgram;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * A running helper, from a program that lies in no file system (memfd_create): nothing is left of
 * it whatever happens. It does one {@link Command}, and ends when this is closed, or when this
 * process ends.
 */
final class Helper implements AutoCloseable {

  private static final byte[] IMAGE = HelperProgram.image();
  private static final String NAME = "dirtyrange-helper";

  private final Process process;

  private Helper(Process process) {
    this.process = process;
  }

  /** {@return whether its program is for this machine} */
  static boolean isForThisMachine() {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /**
   * Starts a helper.
   *
   * @throws KernelException EOPNOTSUPP where there can be none
   */
  static Helper start() {
    KernelException.refuseIf(
        !isForThisMachine(), Errno.EOPNOTSUPP, "stopping threads, which is done on x86-64 alone");
    try (MemoryProgram program = MemoryProgram.of(NAME, IMAGE)) {
      return new Helper(
          new ProcessBuilder(program.path())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new KernelException(
          Errno.EOPNOTSUPP,
          "starting the helper that stops threads, from memory: " + e.getMessage());
    }
  }

  /** {@return the reply to a command; nothing if the helper died before} */
  Optional<Reply> ask(Command command) {
    try {
      OutputStream input = process.getOutputStream();
      input.write(command.bytes());
      input.flush();
    } catch (IOException e) {
      return Optional.empty();
    }
    return read(Reply.BYTES).map(Reply::of);
  }

  /** {@return what it says next, so many bytes; nothing if it ended before} */
  Optional<byte[]> read(int bytes) {
    try {
      byte[] said = process.getInputStream().readNBytes(bytes);
      return said.length == bytes ? Optional.of(said) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Takes a descriptor of the helper's; {@return nothing if the helper has died} */
  Optional<Descriptor> take(int number) {
    long pidfd = Sys.libc().syscall(Abi.SYS_PIDFD_OPEN, process.pid(), 0);
    try (Descriptor helper = Descriptor.of(pidfd, "pidfd_open of the helper")) {
      return Optional.of(
          Descriptor.of(
              Sys.libc().syscall(Abi.SYS_PIDFD_GETFD, helper.number(), number, 0),
              "pidfd_getfd from the helper"));
    } catch (KernelException e) {
      // What has been killed has no descriptors any more, before or after it counts as dead.
      if (e.errno() == Errno.ESRCH || e.errno() == Errno.EBADF) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** {@return the number of its process} */
  long pid() {
    return process.pid();
  }

  /** {@return whether it has not ended} */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until the helper has ended, and the kernel has let go of what it held. */
  void awaitEnd() {
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the helper has ended; {@return its status, 128 and the signal if it was killed} */
  int awaitStatus() {
    awaitEnd();
    return process.exitValue();
  }

  /** Ends the helper's input: it lets go of the threads and ends. */
  void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Ends the helper's input, and waits until it has let go of the threads and ends. */
  @Override
  public void close() {
    endInput();
    try {
      while (process.getInputStream().read() >= 0) {}
    } catch (IOException e) {
      // It has ended.
    }
  }
}
