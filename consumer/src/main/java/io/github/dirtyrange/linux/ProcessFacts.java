package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.OpenFiles;
import io.github.dirtyrange.linux.sys.PrintableName;
import io.github.dirtyrange.linux.sys.ProcMount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the files of {@code /proc/PID} say of a process, and nothing that is done to it. */
final class ProcessFacts {

  private static final List<String> NAMESPACES = List.of("pid", "mnt", "user");
  private static final int ELF_CLASS = 4;
  private static final int ELF_32_BIT = 1;
  private static final long KB = 1024;

  private final Path folder;
  private final String status;

  /**
   * Reads the status of a process.
   *
   * @throws KernelException ESRCH if there is none, EOPNOTSUPP where /proc is not mounted, or
   *     another PID namespace's; EINVAL if it is the number of a thread
   */
  ProcessFacts(int pid) {
    ProcMount.requireOwn();
    folder = Path.of("/proc", Integer.toString(pid));
    status = read("status").orElse("");
    KernelException.refuseIf(status.isEmpty(), Errno.ESRCH, "look at process " + pid);
    long leader = number("Tgid");
    KernelException.refuseIf(
        leader != pid && leader != 0,
        Errno.EINVAL,
        "looking at process "
            + pid
            + ", which is a thread of process "
            + leader
            + ": name that one");
  }

  /** {@return the name of its program, as the kernel has it} */
  String name() {
    try {
      return PrintableName.ofComm(folder.resolve("comm"));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * {@return the auxiliary vector of its program, which another program has otherwise; empty while
   * one is loaded, and where it may not be read}
   */
  String program() {
    return read("auxv").orElse("");
  }

  int threads() {
    return (int) number("Threads");
  }

  /** {@return who traces it; 0 for nobody} */
  int tracer() {
    return (int) number("TracerPid");
  }

  /** {@return 0 for none, 1 strict, 2 filters} */
  int seccomp() {
    return (int) number("Seccomp");
  }

  /** {@return whether its first thread has ended} */
  boolean leaderEnded() {
    return status.contains("\nState:\tZ");
  }

  /** {@return the kinds of namespaces that are others than ours, as far as that may be seen} */
  List<String> otherNamespaces() {
    return NAMESPACES.stream().filter(this::isAnother).toList();
  }

  private boolean isAnother(String kind) {
    try {
      Path own = Files.readSymbolicLink(Path.of("/proc/self/ns", kind));
      return !Files.readSymbolicLink(folder.resolve("ns").resolve(kind)).equals(own);
    } catch (IOException e) {
      return false;
    }
  }

  /** {@return whether its program is of 32 bits, as far as that may be seen} */
  boolean is32Bit() {
    try (InputStream program = Files.newInputStream(folder.resolve("exe"))) {
      byte[] start = program.readNBytes(ELF_CLASS + 1);
      return start.length > ELF_CLASS && start[ELF_CLASS] == ELF_32_BIT;
    } catch (IOException e) {
      return false;
    }
  }

  /** {@return how many userfaultfds it has open, as far as that may be seen} */
  long userfaultfds() {
    try (Stream<Path> descriptors = Files.list(folder.resolve("fd"))) {
      return descriptors.filter(OpenFiles::isUserfaultfd).count();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** {@return the sum of some lines of smaps_rollup, in bytes; 0 where it may not be read} */
  long rollupBytes(String... lines) {
    String rollup = read("smaps_rollup").orElse("");
    long kilobytes = 0;
    for (String line : lines) {
      kilobytes += number(rollup, line);
    }
    return kilobytes * KB;
  }

  private long number(String line) {
    return number(status, line);
  }

  private static long number(String text, String line) {
    Matcher matcher = Pattern.compile("(?m)^" + line + ":\\s+(\\d+)").matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private Optional<String> read(String file) {
    try {
      return Optional.of(Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
