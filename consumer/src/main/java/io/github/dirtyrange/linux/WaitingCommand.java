package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.start.BeforeUs;
import io.github.dirtyrange.linux.start.StarterProgram;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.MemoryProgram;
import io.github.dirtyrange.linux.sys.Pipe;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A command whose process is there, and waits to be told to execute its program. It has the
 * standard input, output and error of this process, its environment and its working directory, and
 * nothing else of it: no descriptor, no blocked signal, no raised limit. Signals that were ignored
 * before this process handled them are ignored.
 */
public final class WaitingCommand implements AutoCloseable {

  private static final int ENOEXEC = 8;
  private static final String NAME = "dirtyrange-starter";
  private static final int LOOK_MILLIS = 50;

  private final Process process;
  private final Descriptor go;
  private final Descriptor said;

  private WaitingCommand(Process process, Descriptor go, Descriptor said) {
    this.process = process;
    this.go = go;
    this.said = said;
  }

  /**
   * Starts a command's process.
   *
   * @param program the file to execute
   * @param arguments the command's words, its name first
   * @throws KernelException EOPNOTSUPP where that is not possible
   */
  public static WaitingCommand start(Path program, List<String> arguments) {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    KernelException.refuseIf(
        !machine.equals("amd64") && !machine.equals("x86_64"),
        Errno.EOPNOTSUPP,
        "starting a command that waits, which is done on x86-64 alone");
    Pipe go = Pipe.open();
    Pipe said = Pipe.open();
    try {
      Process process = launched(program, arguments, go, said);
      awaitItsWord(process, said.reading());
      go.reading().close();
      said.writing().close();
      return new WaitingCommand(process, go.writing(), said.reading());
    } catch (RuntimeException e) {
      go.close();
      said.close();
      throw e;
    }
  }

  private static Process launched(Path program, List<String> arguments, Pipe go, Pipe said) {
    byte[] image =
        StarterProgram.image(
            Pipe.path(go.reading()),
            Pipe.path(said.writing()),
            program.toString(),
            BeforeUs.known());
    try (MemoryProgram starter = MemoryProgram.of(NAME, image)) {
      List<String> command = new ArrayList<>(List.of(starter.path()));
      command.addAll(arguments);
      return new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new KernelException(
          Errno.EOPNOTSUPP, "starting a command from memory: " + e.getMessage());
    }
  }

  /** It says one word as soon as it has opened the pipes; if it never does, it has ended. */
  private static void awaitItsWord(Process process, Descriptor said) {
    while (!said.awaitReadable(LOOK_MILLIS)) {
      if (!process.isAlive()) {
        throw new KernelException(
            Errno.EOPNOTSUPP,
            "starting a command: its starter ended with status " + process.exitValue());
      }
    }
    read(said);
  }

  private static ByteBuffer read(Descriptor said) {
    ByteBuffer word = Sys.struct(Long.BYTES);
    long bytes = said.read(Sys.address(word), Long.BYTES, "read from the starter");
    return word.limit((int) bytes);
  }

  /** {@return the process's number, which the command will have} */
  public int pid() {
    return (int) process.pid();
  }

  /** A command's file that the kernel did not execute. */
  public static final class NotExecutedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Errno errno;

    NotExecutedException(KernelException cause) {
      super(cause.getMessage(), cause);
      errno = cause.errno();
    }

    /** {@return the error of execve(2)} */
    public Errno errno() {
      return errno;
    }
  }

  /**
   * Lets the command's program begin. Comes back when the kernel has executed it. A script that
   * does not name its interpreter is executed by sh(1), as a shell does it.
   *
   * @throws NotExecutedException if it could not be executed; the process ends
   */
  public void begin() {
    go.write("g", "write to the starter");
    ByteBuffer word = read(said);
    if (word.hasRemaining() && word.getLong(0) == -ENOEXEC) {
      word = read(said);
    }
    if (word.hasRemaining()) {
      throw new NotExecutedException(KernelException.ofNumber((int) -word.getLong(0), "execve"));
    }
  }

  /** {@return the process, for its end and its status} */
  public Process process() {
    return process;
  }

  /** Lets a command that has not begun never begin; one that has goes on. */
  @Override
  public void close() {
    go.close();
    said.close();
  }
}
