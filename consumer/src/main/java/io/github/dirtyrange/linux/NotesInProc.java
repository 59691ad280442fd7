package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the files of a process in /proc say of it as a whole. */
final class NotesInProc {

  /** The name in parentheses may hold anything; behind it are numbers and a letter. */
  private static final Pattern STAT = Pattern.compile("\\d+ \\((.*)\\) (.*)\\s*", Pattern.DOTALL);

  /** The name in this file has its newlines escaped. */
  private static final Pattern IDS =
      Pattern.compile("\nUid:\t(\\d+)\t.*\nGid:\t(\\d+)\t", Pattern.DOTALL);

  // Fields of stat behind the name (proc_pid_stat(5)).
  private static final int PARENT = 1;
  private static final int GROUP = 2;
  private static final int SESSION = 3;
  private static final int NICE = 16;

  private static final int MOST_BYTES = 1 << 16;

  /** More of the command line fits no core. */
  private static final int ARGUMENT_BYTES = 80;

  private NotesInProc() {}

  /**
   * Reads them.
   *
   * @throws KernelException ESRCH if the process has gone
   */
  static ProcessNotes read(MemoryIdentity identity) {
    Matcher stat = matched(STAT, identity, "stat");
    Matcher ids = matched(IDS, identity, "status");
    String[] fields = stat.group(2).split(" ", -1);
    String arguments = text(identity, "cmdline", ARGUMENT_BYTES).replace('\0', ' ').strip();
    return new ProcessNotes(
        identity.pid(),
        Integer.parseInt(fields[PARENT]),
        Integer.parseInt(fields[GROUP]),
        Integer.parseInt(fields[SESSION]),
        Integer.parseUnsignedInt(ids.group(1)),
        Integer.parseUnsignedInt(ids.group(2)),
        Integer.parseInt(fields[NICE]),
        stat.group(1),
        arguments,
        identity.program());
  }

  private static Matcher matched(Pattern pattern, MemoryIdentity identity, String file) {
    Matcher matcher = pattern.matcher(text(identity, file, MOST_BYTES));
    KernelException.refuseIf(!matcher.find(), Errno.ESRCH, "read " + name(identity, file));
    return matcher;
  }

  private static String text(MemoryIdentity identity, String file, int most) {
    try (InputStream bytes = Files.newInputStream(identity.path(file))) {
      return new String(bytes.readNBytes(most), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new KernelException(Errno.ESRCH, "read " + name(identity, file));
    }
  }

  private static String name(MemoryIdentity identity, String file) {
    return "/proc/" + identity.pid() + "/" + file;
  }
}
