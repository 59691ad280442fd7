package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.KernelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of descriptors of a process. Threads share one, unless they have taken their own
 * (unshare(2) with CLONE_FILES).
 *
 * @param pid the process
 * @param owner a thread that has it
 */
public record OpenFiles(int pid, int owner) {

  private static final String USERFAULTFD = "anon_inode:[userfaultfd]";

  /** {@return the different tables of a process's threads; none if it has gone} */
  public static List<OpenFiles> of(int pid) {
    List<OpenFiles> tables = new ArrayList<>();
    for (int tid : threads(pid)) {
      if (tables.stream().noneMatch(table -> table.isOf(tid))) {
        tables.add(new OpenFiles(pid, tid));
      }
    }
    return tables;
  }

  private static int[] threads(int pid) {
    try {
      return Threads.of(pid);
    } catch (KernelException e) {
      return new int[0];
    }
  }

  private boolean isOf(int tid) {
    return Sharing.ofDescriptors(owner, tid) == Sharing.SHARED;
  }

  /** {@return the numbers of userfaultfds in it that are the same open file as one of ours} */
  public int[] sameAs(Descriptor ours) {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/task/" + owner + "/fd"))) {
      return all.filter(OpenFiles::isUserfaultfd)
          .mapToInt(fd -> Integer.parseInt(fd.getFileName().toString()))
          .filter(number -> Sharing.ofOpenFile(ours, owner, number) == Sharing.SHARED)
          .toArray();
    } catch (IOException | UncheckedIOException e) {
      return IntStream.empty().toArray(); // it has ended, or may not be looked at
    }
  }

  /** {@return whether an entry of a folder {@code fd} of /proc is one; not if it has gone} */
  public static boolean isUserfaultfd(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().equals(USERFAULTFD);
    } catch (IOException e) {
      return false;
    }
  }
}
